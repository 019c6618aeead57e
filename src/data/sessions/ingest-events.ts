import { randomUUID } from 'node:crypto'
import { arrayText } from '../../domain/array-text.js'
import {
  areDifferent,
  eventFigures,
  figuresOf,
  mergeEvents,
  type ToolEvent,
} from '../../domain/tool-event.js'
import { arraysOf, columnNames, typed, type RowValues } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { tableOf } from '../../engine/table.js'
import { newRows } from '../imports/new-rows.js'

const table = tableOf('tool_events')

interface Ingesting {
  source: string
  importId: string
  now: Date
  /** As of `Importing`. */
  byCopy: boolean
}

/** What became of the events of a batch. */
export interface StoredEvents {
  /** Events whose key was unknown. */
  counted: number
  /** Known ones whose figures rose, or that an earlier session contains now. */
  raised: number
  /** The sessions that gained or lost something. */
  touched: readonly string[]
}

export type KnownEvent = ToolEvent & { sessionId: string }

/**
 * The stored events with these keys, each by the primary key. In a join the planner may scan the table for every key: when
 * autovacuum analyses it during the import, it sees none of the rows that the import has stored, however many pages they fill.
 */
export async function findKnownEvents(
  tx: Db,
  { source, keys }: { source: string; keys: readonly string[] },
): Promise<Map<string, KnownEvent>> {
  const figures = eventFigures.map((figure) => `e.${table.columns[figure].column}::float8 AS "${figure}"`)
  const rows = await tx.$queryRaw<KnownEvent[]>`
    SELECT
      e.key, s.external_id AS session, e.session_id::text AS "sessionId", e.tool_name AS "toolName",
      e.tool_category AS "toolCategory", e.at, e.is_error AS "isError", e.execution_count AS "executionCount",
      e.cost_usd::text AS "costUsd", s.metadata->'declared'->>'version' AS version, ${Prisma.raw(figures.join(', '))}
    FROM unnest(${arrayText(keys)}::text[]) AS n(key)
    CROSS JOIN LATERAL (
      SELECT * FROM tool_events t WHERE t.source = ${source} AND t.key = n.key LIMIT 1
    ) e
    JOIN metrics_sessions s ON s.id = e.session_id`
  return new Map(rows.map((row) => [row.key, row]))
}

interface MergedEvents {
  fresh: ToolEvent[]
  changed: { before: KnownEvent; event: ToolEvent }[]
  /** How many of the given ones are older than what is kept: whether they were counted before is unknown. */
  pruned: number
}

/** Each key once: the event as a batch has it, and as it is stored. */
export function mergedEvents(
  events: readonly ToolEvent[],
  { known, prunedBefore }: { known: ReadonlyMap<string, KnownEvent>; prunedBefore: Date | null },
): MergedEvents {
  const merged = new Map<string, ToolEvent>()
  for (const event of events) {
    const before = merged.get(event.key)
    merged.set(event.key, before ? mergeEvents(before, event) : event)
  }
  const isKept = ({ at }: ToolEvent) => prunedBefore === null || at >= prunedBefore
  const fresh: ToolEvent[] = []
  const changed: MergedEvents['changed'] = []
  const old = new Set<string>()
  for (const given of merged.values()) {
    const before = known.get(given.key)
    if (before) {
      const event = mergeEvents(before, given)
      if (areDifferent(before, event) && isKept(event)) changed.push({ before, event })
    } else if (isKept(given)) fresh.push(given)
    else old.add(given.key)
  }
  const pruned = old.size === 0 ? 0 : events.filter(({ key }) => old.has(key)).length
  return { fresh, changed, pruned }
}

/** Stores events, each in its session. */
export async function storeEvents(
  tx: Db,
  { fresh, changed }: Pick<MergedEvents, 'fresh' | 'changed'>,
  { source, importId, now, byCopy, idOf }: Ingesting & { idOf: ReadonlyMap<string, string> },
): Promise<StoredEvents> {
  const rowOf = (event: ToolEvent) => ({
    source,
    key: event.key,
    sessionId: sessionIdOf(event, idOf),
    toolName: event.toolName,
    toolCategory: event.toolCategory,
    at: event.at,
    isError: event.isError,
    executionCount: event.executionCount,
    costUsd: event.costUsd,
    updatedAt: now,
    ...figuresOf((figure) => event[figure]),
  })
  const rows = fresh.map((event) => ({ id: randomUUID(), importId, createdAt: now, ...rowOf(event) }))
  const statement = newRows(table, rows, { byCopy })
  if (statement) await tx.$executeRaw(statement)
  const raised = changed.map(({ event }) => rowOf(event))
  await updateEvents(tx, raised)
  const touched = new Set(changed.map(({ before }) => before.sessionId))
  for (const { sessionId } of rows) touched.add(sessionId)
  for (const { sessionId } of raised) touched.add(sessionId)
  return { counted: rows.length, raised: raised.length, touched: [...touched] }
}

function sessionIdOf({ session }: ToolEvent, idOf: ReadonlyMap<string, string>): string {
  const sessionId = idOf.get(session)
  if (sessionId === undefined) throw new Error('an event without its session')
  return sessionId
}

type Changed = RowValues<(typeof changeable)[number] | 'source' | 'key'>

const changeable = [
  ...(['sessionId', 'toolName', 'toolCategory', 'at', 'isError', 'executionCount', 'costUsd'] as const),
  ...eventFigures,
  'updatedAt',
] as const

/** As `updateRows`, by the primary key of events. */
async function updateEvents(tx: Db, rows: readonly Changed[]): Promise<void> {
  if (rows.length === 0) return
  const fields = ['source', 'key', ...changeable] as const
  const assignments = changeable.map((field) => {
    const { column } = table.columns[field]
    return `"${column}" = n."${column}"`
  })
  await tx.$executeRaw`
    WITH n(${columnNames(table, fields)}) AS (
      SELECT ${Prisma.join(fields.map((field) => typed(table, field)))}
      FROM unnest(${arraysOf(rows, fields)}) AS n(${columnNames(table, fields)})
    )
    UPDATE tool_events t
    SET ${Prisma.raw(assignments.join(', '))}
    FROM n
    WHERE t.source = n.source AND t.key = n.key`
}
