import { counted } from '../domain/counted.js'
import { minuteIn, type RecordView } from '../output/field.js'
import { grouped } from '../output/number-text.js'
import type { LastImport, Status } from '../shapes/status.js'

export const statusView: RecordView<Status> = {
  name: 'status',
  plural: 'statuses',
  shape: 'status',
  id: ({ database }) => database.target,
  defaults: [],
  card: ['database', 'user', 'counts.bugs', 'counts.projects', 'counts.users', 'lastImport', 'lastSnapshot'],
  fields: [
    { name: 'database', header: 'database', flat: ({ database }) => database.target },
    {
      name: 'workspace',
      header: 'workspace',
      text: ({ workspace }) => workspace ?? 'none',
    },
    {
      name: 'user',
      header: 'acting as',
      flat: ({ user }) => user?.email ?? null,
      text: ({ user }) => (user ? `${user.name} <${user.email}>` : 'nobody (set --as or CTO_USER)'),
    },
    {
      name: 'counts.bugs',
      header: 'bugs',
      text: ({ counts }) =>
        counts.bugs === 0
          ? 'none; cto import csv brings yours, cto demo shows invented ones'
          : `${grouped(String(counts.bugs))}, ${grouped(String(counts.openBugs))} open`,
    },
    { name: 'counts.openBugs', header: 'open bugs', align: 'right' },
    { name: 'counts.projects', header: 'projects', align: 'right' },
    {
      name: 'counts.users',
      header: 'users',
      text: ({ counts }) =>
        counts.users === 0 ? 'none; cto users create adds you' : grouped(String(counts.users)),
    },
    {
      name: 'lastImport',
      header: 'last import',
      flat: ({ lastImport }) => lastImport?.timestamp.toISOString() ?? null,
      text: ({ lastImport }, { zone }) => (lastImport ? importText(lastImport, zone) : 'never'),
    },
    {
      name: 'lastSnapshot',
      header: 'last snapshot',
      text: ({ lastSnapshot }) => lastSnapshot ?? 'never; cto metrics snapshot takes one',
    },
  ],
}

function importText({ timestamp, source, state, file, ...counts }: LastImport, zone: string): string {
  const rows = `${counted(counts.recordsImported, 'row')}${counts.recordsFailed > 0 ? `, ${counts.recordsFailed} rejected` : ''}`
  return `${minuteIn(zone, timestamp)} ${zone}, ${file ?? source}: ${state}, ${rows}`
}
