import type { SessionType } from './session.js'

/** Columns of a session as sources give them, each with the moment of its entry: the earliest entry counts. */
export type Given = Partial<
  Record<GivenField, readonly [atMs: number, value: string | number | readonly string[]]>
>

const givenFields = [
  'userId',
  'projectId',
  'sessionType',
  'productivityScore',
  'tags',
  'description',
] as const
export type GivenField = (typeof givenFields)[number]

/** What a source declares besides its events; times in ISO 8601. */
export interface DeclaredTimes {
  /** When the newest report on it was made. */
  version?: string
  start?: string
  end?: string
  /** Half-open, in order. */
  active?: readonly (readonly [from: string, to: string])[]
}

/** What is kept of where the columns of a session come from, so that files may come in any order. */
export interface GivenColumns {
  given: Given
  declared: DeclaredTimes
}

/** What one line of a file holds of a session. */
export interface SessionEntry {
  /** The source's id of it. */
  session: string
  /** The moment of the line. */
  at: Date
  /** An email, a login, a name. */
  user?: string | undefined
  project?: string | undefined
  sessionType?: SessionType | undefined
  productivityScore?: number | undefined
  tags?: readonly string[] | undefined
  description?: string | undefined
  declared?: DeclaredTimes | undefined
}

/** Whether an entry adds nothing to an earlier one of its session: the earliest entry counts. */
export function repeats(entry: SessionEntry, before: SessionEntry): boolean {
  return (
    entry.at >= before.at &&
    entry.user === before.user &&
    entry.project === before.project &&
    entry.sessionType === before.sessionType &&
    entry.productivityScore === before.productivityScore &&
    entry.tags === before.tags &&
    entry.description === before.description &&
    entry.declared === before.declared
  )
}

/** Whether an entry declares the times of its session, which then take precedence over its events. */
export function declaresTimes({ declared }: Pick<SessionEntry, 'declared'>): boolean {
  return declared?.start !== undefined || declared?.end !== undefined || declared?.active !== undefined
}

/** Commutative and associative. */
export function mergeGiven(a: GivenColumns, b: GivenColumns): GivenColumns {
  const given: Given = {}
  for (const field of givenFields) {
    const found = earlier(a.given[field], b.given[field])
    if (found !== undefined) given[field] = found
  }
  return { given, declared: mergeDeclared(a.declared, b.declared) }
}

type GivenValue = Given[GivenField]

function earlier(a: GivenValue, b: GivenValue): GivenValue {
  if (a === undefined || b === undefined) return a ?? b
  const order = a[0] - b[0] || (JSON.stringify(a[1]) <= JSON.stringify(b[1]) ? -1 : 1)
  return order < 0 ? a : b
}

function mergeDeclared(a: DeclaredTimes, b: DeclaredTimes): DeclaredTimes {
  const [start] = [a.start, b.start].filter((each) => each !== undefined).sort()
  const end = [a.end, b.end]
    .filter((each) => each !== undefined)
    .sort()
    .at(-1)
  const version = [a.version, b.version]
    .filter((each) => each !== undefined)
    .sort()
    .at(-1)
  const ranges = new Map([...(a.active ?? []), ...(b.active ?? [])].map((range) => [range.join(), range]))
  const active = [...ranges.entries()].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, range]) => range)
  return {
    ...(version !== undefined && { version }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(active.length > 0 && { active }),
  }
}
