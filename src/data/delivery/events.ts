import { required } from '../../errors.js'
import type { Window } from '../../domain/time.js'
import type { Event, ShownEvent } from '../../shapes/event.js'
import { within } from '../bugs/bug-filter.js'
import type { Db } from '../../engine/client.js'
import { allOf, filtersOf, type FilterWords, type List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import { getNamed, isUuid, type NamedRows } from '../names.js'
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

const namedEvents: NamedRows = {
  what: 'event',
  plural: 'events',
  from: Prisma.sql`events e`,
  id: Prisma.sql`e.id`,
  name: Prisma.sql`e.delivery_key`,
  waysOf: (name) => ({
    called: [Prisma.sql`e.delivery_key = ${name}`],
    begins: Prisma.sql`starts_with(e.delivery_key, ${`${name}:`})`,
  }),
  isNumbered: true,
  listedBy: 'cto events list',
  hint: 'use the whole key, or the id',
}

/** By id, by the key of its delivery, or by the delivery's id alone. @throws NotFoundError, CtoError AMBIGUOUS */
export async function getEvent(db: Db, name: string): Promise<ShownEvent> {
  // Apart from the keys, which only a scan of the table finds by their beginning.
  const byId = isUuid(name.trim()) ? await findEvent(db, name.trim()) : undefined
  if (byId) return byId
  const { id } = await getNamed(db, namedEvents, name)
  return required(await findEvent(db, id), 'the event that was just found')
}

async function findEvent(db: Db, id: string): Promise<ShownEvent | undefined> {
  const [event] = await db.$queryRaw<ShownEvent[]>`
    SELECT ${columns}, e.payload FROM ${from} WHERE e.id = ${id}::uuid`
  return event
}
