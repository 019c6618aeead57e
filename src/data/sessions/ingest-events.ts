import { randomUUID } from 'node:crypto'
import { areDifferent, eventFigures, mergeEvents, type ToolEvent } from '../../domain/tool-event.js'
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
  /** Known ones whose figures rose, or which an earlier session tells now. */
  raised: number
  /** The sessions that gained or lost something. */
  touched: readonly string[]
}

export type KnownEvent = ToolEvent & { sessionId: string }

/** The stored events with these keys. */
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
    FROM unnest(${[...keys]}::text[]) AS n(key)
    JOIN tool_events e ON e.source = ${source} AND e.key = n.key
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
  const all = [...merged.values()]
  const old = new Set(all.filter((event) => !known.has(event.key) && !isKept(event)).map(({ key }) => key))
  return {
    pruned: events.filter(({ key }) => old.has(key)).length,
    fresh: all.filter(({ key }) => !known.has(key) && !old.has(key)),
    changed: all.flatMap((given) => {
      const before = known.get(given.key)
      if (!before) return []
      const event = mergeEvents(before, given)
      return areDifferent(before, event) && isKept(event) ? [{ before, event }] : []
    }),
  }
}

/** Stores events, each in its session. */
export async function storeEvents(
  tx: Db,
  { fresh, changed }: Pick<MergedEvents, 'fresh' | 'changed'>,
  { source, importId, now, byCopy, idOf }: Ingesting & { idOf: ReadonlyMap<string, string> },
): Promise<StoredEvents> {
  const rows = fresh.map((event) => ({
    ...rowOf(event, idOf),
    id: randomUUID(),
    source,
    importId,
    createdAt: now,
    updatedAt: now,
  }))
  const statement = newRows(table, rows, { byCopy })
  if (statement) await tx.$executeRaw(statement)
  const raised = changed.map(({ event }) => ({ ...rowOf(event, idOf), source, updatedAt: now }))
  await updateEvents(tx, raised)
  const touched = new Set([...rows, ...raised].map(({ sessionId }) => sessionId))
  for (const { before } of changed) touched.add(before.sessionId)
  return { counted: rows.length, raised: raised.length, touched: [...touched] }
}

function rowOf({ session, ...event }: ToolEvent, idOf: ReadonlyMap<string, string>) {
  const sessionId = idOf.get(session)
  if (sessionId === undefined) throw new Error('an event without its session')
  // What a stored event has besides its own fields stays where it is.
  const { key, toolName, toolCategory, at, isError, executionCount, costUsd } = event
  const figures = Object.fromEntries(eventFigures.map((figure) => [figure, event[figure]])) as Pick<
    ToolEvent,
    (typeof eventFigures)[number]
  >
  return { key, sessionId, toolName, toolCategory, at, isError, executionCount, costUsd, ...figures }
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
