import type { RecordView } from '../output/field.js'
import type { Event, ShownEvent } from '../shapes/event.js'

/** How an event of a repository is printed. */
export const eventView: RecordView<Event> = {
  name: 'event',
  plural: 'events',
  shape: 'event',
  id: ({ id }) => id,
  defaults: ['occurredAt', 'repository', 'name', 'action', 'actor', 'state'],
  fields: [
    { name: 'occurredAt', header: 'OCCURRED' },
    { name: 'repository', header: 'REPOSITORY', shrink: 1 },
    { name: 'name', header: 'EVENT' },
    { name: 'action', header: 'ACTION', omit: 2 },
    { name: 'actor', header: 'ACTOR', shrink: 2, omit: 1 },
    { name: 'state', header: 'STATE' },
    { name: 'problem', header: 'PROBLEM', shrink: 3 },
    { name: 'source', header: 'SOURCE' },
    { name: 'signature', header: 'SIGNATURE' },
    { name: 'deliveryKey', header: 'DELIVERY KEY' },
    { name: 'receivedAt', header: 'RECEIVED' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}

export const shownEventView: RecordView<ShownEvent> = {
  ...eventView,
  shape: 'shownEvent',
  fields: [
    ...eventView.fields,
    {
      name: 'payload',
      header: 'PAYLOAD',
      flat: ({ payload }) => (payload === null ? null : JSON.stringify(payload)),
    },
  ],
}
