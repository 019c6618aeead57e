import { percent } from '../output/number-text.js'
import { empty, type Field, type RecordView } from '../output/field.js'
import type { Session, SessionGroup, ShownSession } from '../shapes/session.js'
import { milliseconds, percentileFields } from './milliseconds.js'
import { personBrief } from './person.js'

const fields: readonly Field<Session>[] = [
  { name: 'sessionStart', header: 'STARTED' },
  {
    name: 'user',
    header: 'WHO',
    flat: ({ user }) => user?.email ?? null,
    brief: ({ user }) => personBrief(user),
    shrink: 2,
    least: 8,
  },
  { name: 'project', header: 'PROJECT', flat: ({ project }) => project?.name ?? null, shrink: 1, omit: 4 },
  { name: 'sessionType', header: 'TYPE', omit: 3 },
  {
    name: 'totalDurationMs',
    header: 'LASTED',
    text: ({ sessionEnd, totalDurationMs }, { style }) =>
      sessionEnd === null ? style.bold('running') : milliseconds(totalDurationMs),
    align: 'right',
  },
  {
    name: 'focusTimeMs',
    header: 'ACTIVE',
    text: ({ focusTimeMs }) => milliseconds(focusTimeMs),
    align: 'right',
  },
  { name: 'interruptionsCount', header: 'GAPS', align: 'right', omit: 2 },
  {
    name: 'externalSource',
    header: 'SOURCE',
    text: ({ externalSource }) => externalSource ?? 'by hand',
    omit: 1,
  },
  { name: 'id', header: 'ID', text: ({ id }) => id, brief: ({ id }) => id.slice(0, 8) },
  { name: 'sessionEnd', header: 'ENDED' },
  { name: 'description', header: 'DESCRIPTION', shrink: 0 },
  { name: 'tags', header: 'TAGS', shrink: 1 },
  { name: 'productivityScore', header: 'SCORE', align: 'right' },
  { name: 'externalId', header: 'ID AT THE SOURCE' },
  { name: 'metadata', header: 'METADATA' },
  { name: 'user.id', header: 'USER ID' },
  { name: 'user.email', header: 'EMAIL' },
  { name: 'user.name', header: 'NAME' },
  { name: 'project.id', header: 'PROJECT ID' },
  { name: 'project.name', header: 'PROJECT' },
  { name: 'userId', header: 'USER ID' },
  { name: 'projectId', header: 'PROJECT ID' },
  { name: 'createdAt', header: 'CREATED' },
  { name: 'updatedAt', header: 'UPDATED' },
  { name: 'importId', header: 'IMPORT ID' },
]

/** How a session is printed in a list. */
export const sessionView: RecordView<Session> = {
  name: 'session',
  plural: 'sessions',
  shape: 'session',
  id: ({ id }) => id,
  defaults: [
    ...['sessionStart', 'user', 'project', 'sessionType', 'totalDurationMs', 'focusTimeMs'],
    ...['interruptionsCount', 'externalSource', 'id'],
  ],
  fields,
  none: {
    reason: 'no session yet',
    text: 'start one: cto sessions start; or import: cto sessions ingest FILE',
  },
}

const card = [
  ...['id', 'user', 'project', 'sessionType', 'sessionStart', 'sessionEnd', 'totalDurationMs', 'focusTimeMs'],
  ...['interruptionsCount', 'productivityScore', 'tags', 'description', 'externalSource', 'externalId'],
  ...['createdAt', 'updatedAt'],
]

/** On its own, with its tools. */
export const shownSessionView: RecordView<ShownSession> = {
  ...sessionView,
  shape: 'shownSession',
  card: [...card, 'active', 'tools'],
  fields: [
    ...fields,
    {
      name: 'active',
      header: 'RANGES',
      text: ({ active }) => (active.length === 0 ? 'none' : `${active.length}; --json prints them`),
    },
    {
      name: 'tools',
      header: 'TOOLS',
      flat: ({ tools }) => tools.map(({ toolName }) => toolName).join(','),
      text: toolLines,
    },
  ],
}

/** Rows of `sessions stats`. */
export const sessionGroupView: RecordView<SessionGroup> = {
  name: 'group of sessions',
  plural: 'groups of sessions',
  shape: 'sessionGroup',
  id: ({ group }) => group ?? '',
  defaults: [
    ...['group', 'sessions', 'people', 'activeHours', 'focus', 'interruptions'],
    ...['durationP50Ms', 'durationP95Ms'],
  ],
  fields: [
    { name: 'group', header: 'GROUP', text: ({ group }) => group ?? 'none', shrink: 1 },
    { name: 'sessions', header: 'SESSIONS', align: 'right' },
    { name: 'running', header: 'RUNNING', align: 'right' },
    { name: 'people', header: 'PEOPLE', align: 'right', omit: 2 },
    { name: 'activeHours', header: 'ACTIVE HOURS', align: 'right' },
    { name: 'otherActiveHours', header: 'WITHOUT A PERSON', align: 'right' },
    {
      name: 'focus',
      header: 'FOCUS',
      text: ({ focus }) => (focus === null ? empty : percent(focus)),
      align: 'right',
    },
    { name: 'interruptions', header: 'GAPS', align: 'right', omit: 1 },
    ...percentileFields,
  ],
}

function toolLines({ tools }: ShownSession): string {
  if (tools.length === 0) return 'none'
  const lines = tools.map(({ toolName, calls, errors, requests }) => {
    const uses = requests > 0 ? `${requests} requests` : `${calls} calls`
    return `${toolName}  ${uses}${errors > 0 ? `, ${errors} failed` : ''}`
  })
  return lines.join('\n')
}
