import { sizeFunctions } from '../data/admin/relation-size.js'
import { getCurrentRole, getServerVersion } from '../data/admin/server-facts.js'
import { hasExtension } from '../data/admin/server-state.js'
import { getStatisticsSince } from '../data/admin/storage-faults.js'
import { activityTopics } from '../data/admin/topics/activity.js'
import { serverTopics, statementSorts } from '../data/admin/topics/server.js'
import { tableTopics } from '../data/admin/topics/tables.js'
import { runTopic, type Topic, type TopicRow } from '../data/admin/topics/topic.js'
import { nearest } from '../domain/nearest.js'
import { CtoError, UsageError } from '../errors.js'
import { databaseFailure } from '../engine/connection/failure.js'
import type { Database } from '../engine/database.js'
import { wayOf } from '../engine/inspection.js'

const topics: Readonly<Record<string, Topic>> = { ...tableTopics, ...activityTopics, ...serverTopics }

export interface Inspection {
  columns: readonly string[]
  rows: readonly TopicRow[]
  /** Every row, not only those up to the limit. */
  total: number
}

interface Inspect {
  topic: string
  /** `5m`, `10MB`: what a row must have at least of what the topic measures. */
  min: string | undefined
  sort: string | undefined
  /** 0 for all. */
  limit: number
  allSchemas: boolean
}

/** @throws UsageError for an unknown topic or sort; CtoError NOT_PERMITTED with the SQL that would allow it */
export async function inspect(database: Database, options: Inspect): Promise<Inspection> {
  const { name, topic } = topicNamed(options.topic)
  const least = options.min === undefined ? null : leastOf(name, topic, options.min)
  if (
    options.sort !== undefined &&
    !(topic === serverTopics.statements && statementSorts.includes(options.sort))
  ) {
    if (!topic.columns.includes(options.sort)) {
      throw new UsageError(`${name} cannot be sorted by "${options.sort}"`, {
        hint: `valid: ${(topic === serverTopics.statements ? statementSorts : topic.columns).join(', ')}`,
      })
    }
  }
  const { keepsStatistics } = database.capabilities
  const { rows, since } = await permitted(database, topic, async () =>
    database.read(async (db) => {
      const { extension } = topic
      if (extension !== undefined && !(await hasExtension(db, extension))) throw missing(extension)
      const scope = {
        schema: wayOf(database).schema,
        allSchemas: options.allSchemas,
        sort: options.sort,
        sizes: await sizeFunctions(db),
        major: (await getServerVersion(db)).major,
      }
      return {
        rows: await runTopic(db, topic, scope),
        since: topic.counts && keepsStatistics ? await getStatisticsSince(db) : null,
      }
    }),
  )
  const kept = least === null ? rows : rows.filter((row) => Number(row[least.column]) >= least.amount)
  const sorted =
    options.sort === undefined || !topic.columns.includes(options.sort) ? kept : bySize(kept, options.sort)
  return {
    columns: [...topic.columns, ...(topic.counts ? ['since'] : [])],
    rows: (options.limit === 0 ? sorted : sorted.slice(0, options.limit)).map((row) =>
      topic.counts ? { ...(keepsStatistics ? row : withoutZeros(row)), since } : row,
    ),
    total: sorted.length,
  }
}

function topicNamed(given: string): { name: string; topic: Topic } {
  const wanted = given.toLowerCase()
  const found = Object.entries(topics).find(
    ([name, { aliases = [] }]) => name === wanted || aliases.includes(wanted),
  )
  if (found) return { name: found[0], topic: found[1] }
  const meant = nearest(given, Object.keys(topics))
  throw new UsageError(`no topic "${given}"`, {
    reason: meant === null ? undefined : `did you mean "${meant}"?`,
    hint: `topics: ${Object.keys(topics).join(', ')}`,
  })
}

const unitSizes: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 }
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

function leastOf(name: string, { min }: Topic, text: string): { column: string; amount: number } {
  if (min === undefined) throw new UsageError(`${name} measures neither an age nor a size; leave out --min`)
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]{0,2})$/i.exec(text.trim()) ?? []
  const factor = (min.unit === 'bytes' ? unitSizes : unitSeconds)[unit.toLowerCase()]
  if (amount !== undefined && factor !== undefined)
    return { column: min.column, amount: Number(amount) * factor }
  const hint = min.unit === 'bytes' ? 'a size: 512kB, 10MB, 1GB' : 'an age: 30s, 5m, 2h, 1d'
  throw new UsageError(`"${text}" is not what ${name} measures`, { hint: `write ${hint}` })
}

/** The largest first, or texts in their order; nothing comes last. */
function bySize(rows: readonly TopicRow[], column: string): TopicRow[] {
  const value = (row: TopicRow) => row[column] ?? null
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    if (typeof x === 'number' && typeof y === 'number') return y - x
    return JSON.stringify(x) < JSON.stringify(y) ? -1 : 1
  })
}

/** The counts of a process that has just begun are not known, which is not the same as none. */
function withoutZeros(row: TopicRow): TopicRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === 0 ? null : value]))
}

function missing(extension: string): CtoError {
  return new CtoError('NOT_PERMITTED', `the extension ${extension} is not installed`, {
    hint: `ask an administrator to run: CREATE EXTENSION ${extension};`,
  })
}

async function permitted<T>(database: Database, { extension }: Topic, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (
      !(error instanceof CtoError) ||
      error.code !== 'NOT_PERMITTED' ||
      error.hint?.includes('CREATE EXTENSION')
    )
      throw error
    const role = await database.read(getCurrentRole)
    throw new CtoError('NOT_PERMITTED', 'this role may not look at that', {
      reason: databaseFailure(error).message,
      hint: `ask an administrator to run: GRANT pg_monitor TO ${role};${extension === undefined ? '' : ' -- or to own the extension'}`,
      cause: error,
    })
  }
}
