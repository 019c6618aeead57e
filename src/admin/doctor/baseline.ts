import { parseJson } from '../../domain/parse-json.js'
import { CtoError } from '../../errors.js'

/** Findings that are accepted, by check: names of what is faulty, or how much of it there may be. */
export type Baseline = ReadonlyMap<string, readonly string[] | number>

interface Found {
  /** Null where they were only counted. */
  objects: readonly string[] | null
  count: number
}

const format = 1

/** A new object or a larger count is not known. */
export function isKnown(baseline: Baseline, id: string, { objects, count }: Found): boolean {
  const accepted = baseline.get(id)
  if (accepted === undefined) return false
  if (typeof accepted === 'number') return count <= accepted
  return objects?.every((object) => accepted.includes(object)) ?? false
}

/** Sorted, so that a changed baseline is a small difference in version control. */
export function baselineText(found: readonly (Found & { id: string })[]): string {
  const findings = [...found]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, objects, count }) => [id, objects === null ? count : [...objects].sort()] as const)
  return `${JSON.stringify({ format, findings: Object.fromEntries(findings) }, null, 2)}\n`
}

/** @param hint how to write one. @throws CtoError BAD_FILE */
export function parseBaseline(text: string, file: string, hint: string): Baseline {
  const refuse = (reason: string) =>
    new CtoError('BAD_FILE', `"${file}" is not a baseline of findings`, {
      reason,
      hint,
    })
  const json = jsonOf(text)
  if (!isRecord(json)) throw refuse('it is not a JSON object')
  if (json['format'] !== format) throw refuse(`its "format" is not ${format}`)
  const findings = json['findings']
  if (!isRecord(findings)) throw refuse('"findings" is missing')
  return new Map(
    Object.entries(findings).map(([id, accepted]) => {
      if (isCount(accepted) || isNames(accepted)) return [id, accepted] as const
      throw refuse(`"${id}" is neither a count nor a list of names`)
    }),
  )
}

/** Undefined if it is not one. */
function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
