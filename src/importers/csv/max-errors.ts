import { CtoError, UsageError } from '../../errors.js'
import { describeGroup, type ProblemLog } from './validate/problems.js'

/** How many rejects an import bears. */
export type MaxErrors = { percent: number } | { count: number }

export const defaultMaxErrors: MaxErrors = { percent: 10 }

/** `10%` or `25`. Throws USAGE. */
export function parseMaxErrors(text: string): MaxErrors {
  const [, number, percent] = /^(\d{1,9}(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? []
  const value = Number(number)
  if (number !== undefined && percent === '%' && value <= 100) return { percent: value }
  if (number !== undefined && percent === '' && Number.isInteger(value)) return { count: value }
  throw new UsageError(`not a number of errors: "${text}"`, { hint: '--max-errors 25, or --max-errors 10%' })
}

/** A file of the wrong kind shows after so many records; it need not be read to the end. */
const earlyRecords = 1000
const earlyPercent = 50

/** Throws TOO_MANY_REJECTS, with the problem that is behind most of them. */
export function enforceMaxErrors(
  max: MaxErrors,
  { rejected, seen, total }: { rejected: number; seen: number; total: number },
  log: ProblemLog,
): void {
  if (rejected <= limit(max, total) && !(seen >= earlyRecords && rejected > earlyLimit(max, seen))) return
  const worst = log.groups[0]
  throw new CtoError('TOO_MANY_REJECTS', `${rejected} of ${seen} records rejected; nothing was written`, {
    reason:
      worst === undefined
        ? undefined
        : `mostly ${describeGroup({ ...worst, problem: { ...worst.problem, fix: undefined } })}`,
    hint: `${worst?.problem.fix ?? 'mend the file'}; or allow more: --max-errors ${'percent' in max ? 'N%' : 'N'}`,
  })
}

function limit(max: MaxErrors, total: number): number {
  return 'count' in max ? max.count : Math.floor((total * max.percent) / 100)
}

function earlyLimit(max: MaxErrors, seen: number): number {
  return 'count' in max ? max.count : (seen * Math.max(max.percent, earlyPercent)) / 100
}
