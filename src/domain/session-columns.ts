import type { SessionType } from './session.js'

/** A column of a session that sources tell, by the moment that tells it: the earliest telling counts. */
export type Told = Partial<
  Record<ToldField, readonly [atMs: number, value: string | number | readonly string[]]>
>

const toldFields = ['userId', 'projectId', 'sessionType', 'productivityScore', 'tags', 'description'] as const
export type ToldField = (typeof toldFields)[number]

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
export interface ToldSession {
  told: Told
  declared: DeclaredTimes
}

/** What one line of a file tells of a session. */
export interface SessionTelling {
  /** The source's id of it. */
  session: string
  /** When it tells. */
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

/** Commutative and associative. */
export function mergeTold(a: ToldSession, b: ToldSession): ToldSession {
  const told: Told = {}
  for (const field of toldFields) {
    const found = earlier(a.told[field], b.told[field])
    if (found !== undefined) told[field] = found
  }
  return { told, declared: mergeDeclared(a.declared, b.declared) }
}

type Telling = Told[ToldField]

function earlier(a: Telling, b: Telling): Telling {
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
