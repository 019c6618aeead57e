import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { readTextFile } from '../../flags/text-file.js'
import { readRecord } from './bug-record.js'
import type { FieldOptions } from './fields.js'
import { parseJson } from '../../domain/parse-json.js'

export interface JsonIn {
  records: FieldOptions[]
  /** One object alone, not a list of one. */
  isSingle: boolean
}

/**
 * One object, an array of them, or an object a line.
 *
 * @throws CtoError BAD_FILE or INVALID_VALUE, with every problem of every record
 */
export async function readJsonIn(ctx: Context, file: string): Promise<JsonIn> {
  const content = parse(await readTextFile(ctx, file), nameOf(file))
  const items = Array.isArray(content) ? (content as unknown[]) : [content]
  if (items.length === 0) throw new CtoError('BAD_FILE', `${nameOf(file)} holds no bug`)
  const problems: string[] = []
  const records = items.map((item, i) => {
    const where = items.length === 1 ? '' : `record ${i + 1}: `
    return readRecord(item, (problem) => problems.push(`${where}${problem}`))
  })
  requireNone(problems, nameOf(file))
  return { records, isSingle: !Array.isArray(content) }
}

const mostTold = 20

/** @throws CtoError INVALID_VALUE with all of them */
export function requireNone(problems: readonly string[], where: string): void {
  if (problems.length === 0) return
  const more = problems.length > mostTold ? [`and ${problems.length - mostTold} more`] : []
  throw new CtoError(
    'INVALID_VALUE',
    `${problems.length === 1 ? 'invalid value' : `${problems.length} invalid values`} in ${where}`,
    {
      reason: [...problems.slice(0, mostTold), ...more].join('; '),
      hint: 'nothing was stored; correct it and run the same again',
    },
  )
}

export function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}

function parse(text: string, name: string): unknown {
  const plain = text.replace(/^\uFEFF/, '')
  try {
    return parseJson(plain)
  } catch (error) {
    const lines = plain.split('\n').filter((line) => line.trim() !== '')
    if (lines.length < 2 || !lines.every((line) => line.trim().startsWith('{') && line.trim().endsWith('}')))
      throw notJson(name, error)
    return lines.map((line, i): unknown => {
      try {
        return parseJson(line)
      } catch (cause) {
        throw notJson(`${name}, line ${i + 1}`, cause)
      }
    })
  }
}

function notJson(where: string, cause: unknown): CtoError {
  return new CtoError('BAD_FILE', `${where} is not JSON`, {
    reason: cause instanceof Error ? cause.message : undefined,
    hint: 'write {"title": "…", "severity": "high"}, an array of such, or one a line',
    cause,
  })
}
