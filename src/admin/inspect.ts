import { sizeFunctions } from '../data/admin/relation-size.js'
import { getCurrentRole, getServerVersion } from '../data/admin/server-facts.js'
import { findExtensionSchema } from '../data/admin/server-state.js'
import { getStatisticsSince } from '../data/admin/storage-faults.js'
import { activityTopics } from '../data/admin/topics/activity.js'
import { serverTopics } from '../data/admin/topics/server.js'
import { tableTopics } from '../data/admin/topics/tables.js'
import { runTopic, type Topic, type TopicRow } from '../data/admin/topics/topic.js'
import { nearestChoice } from '../domain/nearest-choice.js'
import { CtoError, UsageError } from '../errors.js'
import { databaseFailure } from '../engine/connection/failure.js'
import type { Db } from '../engine/client.js'
import type { Database } from '../engine/database.js'
import { wayOf } from '../engine/inspection.js'

const topics: Readonly<Record<string, Topic>> = { ...tableTopics, ...activityTopics, ...serverTopics }

export interface Inspection {
  columns: readonly string[]
  /** Those of the columns that are estimates; each row names them too, as `estimated`. */
  estimated: readonly string[]
  rows: readonly TopicRow[]
  /** Every row, not only those up to the limit. */
  total: number
  /** The topic counts, and the counts are those of this process alone: zeros are null. */
  countsOfProcess: boolean
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
  const { name, topic, order } = topicNamed(options.topic)
  const sort = options.sort ?? order
  const least = options.min === undefined ? null : leastOf(name, topic, options.min)
  const sorts = [...(topic.orders ?? []), ...topic.columns]
  if (sort !== undefined && !sorts.includes(sort)) {
    throw new UsageError(`${name} cannot be sorted by "${sort}"`, { hint: `valid: ${sorts.join(', ')}` })
  }
  const { keepsStatistics } = database.capabilities
  const { rows, since } = await permitted(database, topic, async () =>
    database.read(async (db) => {
      const scope = { ...(await scopeOf(db, topic, database)), schema: wayOf(database).schema, sort }
      const { allSchemas } = options
      return {
        rows: await runTopic(db, topic, { ...scope, allSchemas }),
        since: topic.counts && keepsStatistics ? await getStatisticsSince(db, topic.since?.(scope)) : null,
      }
    }),
  )
  const unkept = keepsStatistics ? [] : (topic.statistics ?? (topic.counts ? topic.columns : []))
  const kept = least === null ? rows : rows.filter((row) => Number(row[least.column]) >= least.amount)
  const { estimated = [] } = topic
  const isOrdered = sort === undefined || topic.orders?.includes(sort) === true
  const sorted = isOrdered ? kept : bySize(kept, sort)
  return {
    columns: [...topic.columns, ...(topic.counts ? ['since'] : [])],
    estimated,
    rows: (options.limit === 0 ? sorted : sorted.slice(0, options.limit)).map((row) => ({
      ...withoutZeros(row, unkept),
      ...(topic.counts && { since }),
      ...(estimated.length > 0 && { estimated }),
    })),
    total: sorted.length,
    countsOfProcess: unkept.length > 0,
  }
}

/** @throws CtoError NOT_PERMITTED where the extension of the topic is missing */
async function scopeOf(db: Db, { extension }: Topic, { capabilities }: Database) {
  const place = extension === undefined ? null : await findExtensionSchema(db, extension)
  if (extension !== undefined && place === null) throw missing(extension, capabilities)
  return { extension: place ?? '', sizes: await sizeFunctions(db), major: (await getServerVersion(db)).major }
}

interface ChosenTopic {
  name: string
  topic: Topic
  /** Where the name is that of an order: `calls` are statements by calls. */
  order?: string
}

function topicNamed(given: string): ChosenTopic {
  const wanted = given.toLowerCase().replaceAll('_', '-')
  for (const [name, topic] of Object.entries(topics)) {
    if (name === wanted || topic.aliases?.includes(wanted)) return { name, topic }
    if (topic.orders?.includes(wanted)) return { name, topic, order: wanted }
  }
  const command = commands[wanted]
  if (command !== undefined) throw new UsageError(`"${given}" changes something`, { hint: command })
  const names = Object.keys(topics)
  const meant = nearestChoice(given, names)
  throw new UsageError(`no topic "${given}"`, {
    reason: meant === null ? undefined : `did you mean "${meant}"?`,
    hint: `topics: ${names.join(', ')}`,
  })
}

/** What other tools list besides their topics. */
const commands: Readonly<Record<string, string>> = {
  'kill-pid': 'cto db cancel --terminate <pid>',
  'kill-all': 'cto db cancel --terminate --over 0s',
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

/** The counts of a process that has just started are unknown, which is not the same as 0. */
function withoutZeros(row: TopicRow, unkept: readonly string[]): TopicRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === 0 && unkept.includes(name) ? null : value]),
  )
}

function missing(extension: string, { hasOtherSessions }: Database['capabilities']): CtoError {
  return new CtoError('NOT_PERMITTED', `the extension ${extension} is not installed`, {
    hint: hasOtherSessions
      ? `ask an administrator to run: CREATE EXTENSION ${extension};`
      : 'the embedded database does not have it; a server does',
  })
}

async function permitted<T>(database: Database, { extension }: Topic, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (databaseFailure(error).code !== '42501') throw error
    const role = await database.read(getCurrentRole)
    throw new CtoError('NOT_PERMITTED', 'this role may not read that', {
      reason: databaseFailure(error).message,
      hint: `ask an administrator to run: GRANT pg_monitor TO ${role};${extension === undefined ? '' : ' -- or to own the extension'}`,
      cause: error,
    })
  }
}
