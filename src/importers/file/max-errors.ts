import { counted } from '../../domain/counted.js'
import { CtoError, UsageError } from '../../errors.js'
import { beginningRecords } from '../csv/rows.js'
import { describeGroup, type ProblemGroup, type ProblemLog } from '../validate/problems.js'

/** The number of rejects that an import tolerates. */
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

/** The beginning shows a file of the wrong kind if errors exceed the budget by this share of the remaining records. */
const earlyShare = 1 / 3

interface Counts {
  rejected: number
  seen: number
  /** Total number of records; null if not known yet. */
  total: number | null
}

/** Throws TOO_MANY_REJECTS, with the most frequent problem and the flags for the most frequent ones. */
export function enforceMaxErrors(max: MaxErrors, counts: Counts, log: ProblemLog): void {
  const { rejected, seen } = counts
  if (!isOver(max, counts) && !isOverEarly(max, counts)) return
  const worst = worstOf(log)
  throw new CtoError(
    'TOO_MANY_REJECTS',
    `${rejected} of ${counted(seen, 'record')} rejected; nothing was written`,
    {
      reason:
        worst === undefined
          ? undefined
          : `${worst.count * 2 > rejected ? 'mostly' : 'among them'} ${describeGroup({ ...worst, problem: { ...worst.problem, fix: undefined } })}`,
      hint: `${fixesOf(log, worst)}; or allow more: --max-errors ${'percent' in max ? 'N%' : 'N'}`,
    },
  )
}

/** The most frequent problem; of equally frequent ones, the first that a flag fixes. */
function worstOf({ groups }: ProblemLog): ProblemGroup | undefined {
  const [first] = groups
  return groups.find(({ count, problem }) => count === first?.count && problem.fix !== undefined) ?? first
}

const mostFixes = 3

/** The flags that fix rejects, that of the named problem first. */
function fixesOf({ groups }: ProblemLog, named: ProblemGroup | undefined): string {
  const ofNamed = named?.problem.fix
  const fixes = [
    ...new Set([ofNamed, ...groups.map(({ problem }) => problem.fix)].filter((fix) => fix !== undefined)),
  ]
  if (fixes.length === 0) return 'correct the file'
  const others = flagsOf(fixes)
  return ofNamed === undefined ? `correct these records; for others ${others}` : others
}

function flagsOf(fixes: readonly string[]): string {
  const more = fixes.length - mostFixes
  const shown = fixes.slice(0, mostFixes)
  // Flags that need no choice are pasted together.
  const flags = shown.filter((fix) => mapping.test(fix)).join(' ')
  const others = shown.filter((fix) => !mapping.test(fix))
  return [...(flags === '' ? [] : [flags]), ...others, ...(more > 0 ? [`and ${more} more above`] : [])].join(
    ', ',
  )
}

const mapping = /^--map (["']).*\1$/

function isOver(max: MaxErrors, { rejected, total }: Counts): boolean {
  if (total === null) return false
  return rejected > ('count' in max ? max.count : Math.floor((total * max.percent) / 100))
}

/** The rest of the file may have fewer errors, so the limit for its beginning is higher. */
function isOverEarly(max: MaxErrors, { rejected, seen }: Counts): boolean {
  if (seen < beginningRecords) return false
  const budget = 'count' in max ? Math.min(max.count / seen, 1) : max.percent / 100
  return rejected > seen * (budget + (1 - budget) * earlyShare)
}
