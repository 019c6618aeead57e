import type { SessionType } from '../../domain/session.js'
import type { Window } from '../../domain/time.js'
import { allOf, type Conditions } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import { amongIds, within, type ValueFilter } from '../bugs/bug-filter.js'
import { wordList } from '../word-list.js'

/** Which sessions: OR inside a filter, AND across. People and projects by id. */
export interface SessionFilter {
  user?: ValueFilter<string> | undefined
  project?: ValueFilter<string> | undefined
  type?: readonly SessionType[] | undefined
  /** Sources as stored; null for sessions started by hand. */
  source?: readonly (string | null)[] | undefined
  tag?: readonly string[] | undefined
  /** When it started. */
  started?: Window | undefined
  running?: boolean | undefined
}

/** The conditions on `metrics_sessions s`. */
export function eachSessionCondition(filter: SessionFilter): Conditions {
  const { user, project, type, source, tag, started, running } = filter
  return {
    user: user && amongIds(Prisma.sql`s.user_id`, user),
    project: project && amongIds(Prisma.sql`s.project_id`, project),
    type: type && Prisma.sql`s.session_type IN (${wordList(type)})`,
    source: source && fromSource(source),
    tag: tag && Prisma.sql`s.tags && ${[...tag]}::text[]`,
    started: within(Prisma.sql`s.session_start`, started),
    running: running === undefined ? undefined : Prisma.sql`(s.session_end IS NULL) = ${running}`,
  }
}

export function sessionConditions(filter: SessionFilter): Prisma.Sql {
  return allOf(eachSessionCondition(filter))
}

function fromSource(sources: readonly (string | null)[]): Prisma.Sql {
  const named = sources.filter((source) => source !== null)
  const among = Prisma.sql`s.external_source = ANY(${named}::text[])`
  return named.length < sources.length ? Prisma.sql`(s.external_source IS NULL OR ${among})` : among
}
