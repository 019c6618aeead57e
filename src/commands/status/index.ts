import type { Command } from 'commander'
import type { Db } from '../../engine/client.js'
import { importList } from '../../data/imports/imports.js'
import { findPage } from '../../engine/list.js'
import { getStanding } from '../../data/metrics/standing.js'
import { findUserById } from '../../data/users/users.js'
import type { RecordView } from '../../output/field.js'
import type { LastImport, Status } from '../../shapes/status.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'

export function addStatus(command: Command, ctx: Context): void {
  command.action(() => showStatus(ctx))
  declare(command, ctx, {
    effect: 'reads',
    output: { record: statusView },
    examples: [
      ['cto status', 'which database, who you are, how much there is'],
      ['cto status --json', 'for a program'],
    ],
  })
}

export async function showStatus(ctx: Context): Promise<void> {
  const status = await ctx.db.open('read', ({ engine, target, read }) =>
    read(async (db): Promise<Status> => {
      const { userId } = await ctx.db.actor(db)
      const user = userId === null ? null : await findUserById(db, userId)
      return {
        database: { engine, target },
        user: user && { id: user.id, email: user.email, name: user.name },
        ...(await getStanding(db)),
        lastImport: await lastImport(db),
      }
    }),
  )
  await ctx.out.one(statusView, status)
}

async function lastImport(db: Db): Promise<LastImport | null> {
  const { data } = await findPage(db, importList(), { limit: 1 })
  const [log] = data
  if (!log) return null
  const { id, source, state, recordsImported, recordsFailed, timestamp, metadata } = log
  return { id, source, state, file: metadata?.file ?? null, recordsImported, recordsFailed, timestamp }
}

const statusView: RecordView<Status> = {
  name: 'status',
  plural: 'statuses',
  shape: 'status',
  id: ({ database }) => database.target,
  defaults: [],
  card: ['database', 'user', 'counts.bugs', 'counts.projects', 'counts.users', 'lastImport', 'lastSnapshot'],
  fields: [
    { name: 'database', header: 'database', flat: ({ database }) => database.target },
    {
      name: 'user',
      header: 'you are',
      flat: ({ user }) => user?.email ?? null,
      text: ({ user }) =>
        user ? `${user.name} <${user.email}>` : 'nobody; name yourself with --as or CTO_USER',
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
    { name: 'counts.users', header: 'users' },
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
  const rows = `${counts.recordsImported} rows${counts.recordsFailed > 0 ? `, ${counts.recordsFailed} rejected` : ''}`
  return `${timestamp.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${file ?? source}: ${state}, ${rows}`
}
