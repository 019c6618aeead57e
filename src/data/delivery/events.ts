import { NotFoundError } from '../../errors.js'
import type { Window } from '../../domain/time.js'
import type { Event, ShownEvent } from '../../shapes/event.js'
import { within } from '../bugs/bug-filter.js'
import type { Db } from '../../engine/client.js'
import { allOf, filtersOf, type FilterWords, type List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import { isUuid } from '../names.js'
import { inPlace, type DeliveryFilter } from './delivery-filter.js'

export interface EventFilter {
  place?: Pick<DeliveryFilter, 'org' | 'repo' | 'project'> | undefined
  names?: readonly string[] | undefined
  states?: readonly string[] | undefined
  sources?: readonly string[] | undefined
  occurred?: Window | undefined
}

const columns = Prisma.sql`
  e.id::text, e.occurred_at AS "occurredAt", e.received_at AS "receivedAt", e.source, e.delivery_key AS "deliveryKey",
  e.name, e.action, r.full_name AS repository, a.login AS actor, e.signature, e.state, e.problem,
  e.import_id::text AS "importId"`

const from = Prisma.sql`
  events e LEFT JOIN repositories r ON r.id = e.repository_id LEFT JOIN accounts a ON a.id = e.actor_id`

const text = Prisma.sql`text`

const sortable = {
  occurredAt: { sql: Prisma.sql`e.occurred_at`, type: Prisma.sql`timestamptz`, nullable: false },
  receivedAt: { sql: Prisma.sql`e.received_at`, type: Prisma.sql`timestamptz`, nullable: false },
  name: { sql: Prisma.sql`e.name`, type: text, nullable: false },
  repository: { sql: Prisma.sql`r.full_name`, type: text, nullable: true },
}

export const eventSortFields = Object.keys(sortable)

/** The newest first. */
export function eventList({ filter, words }: { filter: EventFilter; words: FilterWords }): List<Event> {
  const { place, names, states, sources, occurred } = filter
  const conditions = {
    place: place && Prisma.sql`e.repository_id IN (SELECT r.id FROM repositories r WHERE ${inPlace(place)})`,
    name: names && Prisma.sql`e.name = ANY(${[...names]}::text[])`,
    state: states && Prisma.sql`e.state = ANY(${[...states]}::text[])`,
    source: sources && Prisma.sql`e.source = ANY(${[...sources]}::text[])`,
    occurred: within(Prisma.sql`e.occurred_at`, occurred),
  }
  return {
    columns,
    from,
    where: allOf(conditions),
    counted: Prisma.sql`events e`,
    sortable,
    order: [{ field: 'occurredAt', descending: true }],
    id: { sql: Prisma.sql`e.id`, type: Prisma.sql`uuid`, nullable: false },
    filters: filtersOf(conditions, words),
  }
}

/** By id or delivery key. @throws NotFoundError */
export async function getEvent(db: Db, name: string): Promise<ShownEvent> {
  const wanted = name.trim()
  const condition = isUuid(wanted)
    ? Prisma.sql`e.id = ${wanted}::uuid`
    : Prisma.sql`e.delivery_key = ${wanted} OR e.delivery_key LIKE ${`${wanted.replace(/[\\%_]/g, '\\$&')}:%`}`
  const [event] = await db.$queryRaw<ShownEvent[]>`
    SELECT ${columns}, e.payload FROM ${from} WHERE ${condition} ORDER BY e.id LIMIT 1`
  if (event) return event
  throw new NotFoundError(`no event "${name}"`, { hint: 'cto events list' })
}
