import { parseFailOn, parseMax, parseMin, type Gate } from '../../domain/gate.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { inputName, readTextFile } from '../../flags/text-file.js'
import { parseJson } from '../../domain/parse-json.js'

/** Gates as a repository keeps them. */
export interface Gates {
  gates: Gate[]
  /** The window, unless a flag sets another. */
  since: string | undefined
  allowNull: boolean
}

const known = ['max', 'min', 'failOn', 'since', 'allowNull']

/**
 * `{"max": {"open.critical": 0}, "min": {"sla.compliance": 0.9}, "failOn": ["resolution.p90>+10%"], "since": "30d",
 * "allowNull": false}`; every key may be missing, and a limit may be "90%".
 *
 * @throws NotFoundError, CtoError INVALID_VALUE
 */
export async function readGates(ctx: Context, name: string): Promise<Gates> {
  const content = await readJson(ctx, name, example)
  if (!isRecord(content)) throw refusal(name, 'it is not an object')
  const stray = Object.keys(content).find((key) => !known.includes(key))
  if (stray !== undefined) throw refusal(name, `there is no key "${stray}"`)
  const { max = {}, min = {}, failOn = [], since, allowNull = false } = content
  if (!isRecord(max) || !isRecord(min))
    throw refusal(name, 'max and min are objects of metric ids and limits')
  if (!Array.isArray(failOn)) throw refusal(name, 'failOn is a list of conditions')
  if (since !== undefined && typeof since !== 'string') throw refusal(name, 'since is a text, as "30d"')
  if (typeof allowNull !== 'boolean') throw refusal(name, 'allowNull is true or false')
  const gates = named(name, () => [
    ...Object.entries(max).map(([id, limit]) => parseMax(`${id}=${String(limit)}`)),
    ...Object.entries(min).map(([id, limit]) => parseMin(`${id}=${String(limit)}`)),
    ...failOn.map((condition) => parseFailOn(String(condition))),
  ])
  return { gates, since, allowNull }
}

/** What `parse` throws, with the file in front. */
function named<T>(name: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    const { code, message, reason, hint } = error
    throw new CtoError(code, `${name}: ${message}`, { reason, hint, cause: error })
  }
}

/** @param hint where it is not JSON. @throws NotFoundError, CtoError BAD_FILE or INVALID_VALUE */
export async function readJson(ctx: Context, name: string, hint: string): Promise<unknown> {
  const text = await readTextFile(ctx, name)
  try {
    return parseJson(text)
  } catch (error) {
    throw refusal(name, error instanceof Error ? error.message : 'it is not JSON', hint)
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const example =
  'write {"max": {"open.critical": 0}, "min": {"sla.compliance": "90%"}, "failOn": ["resolution.p90>+10%"]}'

function refusal(name: string, reason: string, hint = example): CtoError {
  return new CtoError('INVALID_VALUE', `${inputName(name)} cannot be used`, { reason, hint })
}
