import { empty, minuteIn, type RecordView } from '../output/field.js'
import type { Notification, Rule } from '../shapes/notification.js'

/** How a notification rule is printed. */
export const ruleView: RecordView<Rule> = {
  name: 'rule',
  plural: 'rules',
  shape: 'rule',
  id: ({ name }) => name,
  defaults: ['name', 'condition', 'channel', 'target', 'firing'],
  fields: [
    {
      name: 'name',
      header: 'RULE',
      text: ({ name, enabled }, { style }) => (enabled ? name : `${name} ${style.dim('(disabled)')}`),
    },
    { name: 'condition', header: 'WHEN', shrink: 2 },
    { name: 'groupBy', header: 'GROUPED BY' },
    { name: 'channel', header: 'CHANNEL', omit: 2 },
    { name: 'target', header: 'TO', shrink: 1, omit: 1 },
    {
      name: 'firing',
      header: 'FIRES FOR',
      text: ({ firing }, { style }) =>
        firing.length === 0 ? empty : style.danger(firing.map((group) => group || 'all').join(', ')),
    },
    { name: 'forRuns', header: 'RUNS' },
    { name: 'repeatMinutes', header: 'AGAIN AFTER', text: ({ repeatMinutes }) => `${repeatMinutes} min` },
    { name: 'secret', header: 'SECRET' },
    { name: 'inhibitedBy', header: 'INHIBITED BY' },
    {
      name: 'silences',
      header: 'SILENT',
      flat: ({ silences }) => JSON.stringify(silences),
      text: ({ silences }, { zone, now }) =>
        silences
          .filter(({ until }) => new Date(until) > now)
          .map(({ group, until, reason }) =>
            [group ?? 'all', 'until', minuteIn(zone, new Date(until)), reason]
              .filter((word) => word !== null)
              .join(' '),
          )
          .join('\n') || empty,
    },
    { name: 'scope', header: 'FILTERS', flat: ({ scope }) => JSON.stringify(scope) },
    { name: 'enabled', header: 'ENABLED' },
    { name: 'createdAt', header: 'CREATED' },
    { name: 'updatedAt', header: 'UPDATED' },
    { name: 'id', header: 'ID' },
  ],
}

/** How an attempt to deliver a message is printed. */
export const notificationView: RecordView<Notification> = {
  name: 'message',
  plural: 'messages',
  shape: 'notification',
  id: ({ deliveryId }) => deliveryId,
  defaults: ['createdAt', 'ruleName', 'kind', 'groups', 'status', 'attempt', 'reason', 'error', 'deliveryId'],
  fields: [
    { name: 'createdAt', header: 'WHEN' },
    { name: 'ruleName', header: 'RULE', shrink: 3 },
    { name: 'kind', header: 'KIND' },
    { name: 'groups', header: 'GROUPS', shrink: 1, omit: 2 },
    {
      name: 'status',
      header: 'STATUS',
      text: ({ status }, { style }) =>
        status === 'sent'
          ? style.good(status)
          : ['failed', 'dead'].includes(status)
            ? style.danger(status)
            : status,
    },
    { name: 'attempt', header: 'ATTEMPT', align: 'right', omit: 3 },
    { name: 'reason', header: 'WHY', shrink: 2, omit: 4 },
    { name: 'error', header: 'ERROR', shrink: 2, omit: 5 },
    { name: 'deliveryId', header: 'DELIVERY', omit: 1 },
    { name: 'httpStatus', header: 'HTTP' },
    { name: 'target', header: 'TO' },
    { name: 'nextAttemptAt', header: 'NEXT ATTEMPT' },
    { name: 'finishedAt', header: 'FINISHED' },
    { name: 'body', header: 'MESSAGE', flat: ({ body }) => JSON.stringify(body) },
    { name: 'ruleId', header: 'RULE ID' },
    { name: 'id', header: 'ID' },
  ],
}
