import { counted } from '../domain/counted.js'
import type { RecordView } from '../output/field.js'
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
          : `${counts.bugs}, ${counts.openBugs} open`,
    },
    { name: 'counts.openBugs', header: 'open bugs' },
    { name: 'counts.projects', header: 'projects' },
    {
      name: 'counts.users',
      header: 'users',
      text: ({ counts }) => (counts.users === 0 ? 'none; cto users create adds you' : String(counts.users)),
    },
    {
      name: 'lastImport',
      header: 'last import',
      flat: ({ lastImport }) => lastImport?.timestamp.toISOString() ?? null,
      text: ({ lastImport }) => (lastImport ? importText(lastImport) : 'never'),
    },
    {
      name: 'lastSnapshot',
      header: 'last snapshot',
      text: ({ lastSnapshot }) => lastSnapshot ?? 'never; cto metrics snapshot takes one',
    },
  ],
}

function importText({ timestamp, source, state, file, ...counts }: LastImport): string {
  const rows = `${counted(counts.recordsImported, 'row')}${counts.recordsFailed > 0 ? `, ${counts.recordsFailed} rejected` : ''}`
  return `${timestamp.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${file ?? source}: ${state}, ${rows}`
}
