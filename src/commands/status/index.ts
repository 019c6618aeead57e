import type { Db } from '../../engine/client.js'
import { importList } from '../../data/imports/imports.js'
import { findPage } from '../../engine/list.js'
import { getStanding } from '../../data/metrics/standing.js'
import { getRecord } from '../../data/plain-records.js'
import { userRecords } from '../../data/users/users.js'
import type { LastImport, Status } from '../../shapes/status.js'
import type { Context } from '../../context.js'
import type { CommandBehaviour } from '../definition.js'
import { statusView } from '../../views/status.js'

export const statusCommand: CommandBehaviour = {
  effect: 'reads',
  output: { record: statusView },
  examples: [
    ['cto status', 'which database, who you are, how much there is'],
    ['cto status --json', 'for a program'],
  ],
  run: showStatus,
}

async function showStatus(ctx: Context): Promise<void> {
  const status = await ctx.db.open('read', ({ engine, target, workspace, read }) =>
    read(async (db): Promise<Status> => {
      const { userId } = await ctx.db.actor(db)
      const user = userId === null ? null : await getRecord(db, userRecords, userId)
      return {
        database: { engine, target },
        workspace,
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
