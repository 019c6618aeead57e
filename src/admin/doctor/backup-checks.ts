import { findFirstRowAt, findLastBackup, findLastResetAt, type LastBackup } from '../../data/admin/backups.js'
import { findUnarchivedWorkspaces } from '../../data/workspaces/archived-workspaces.js'
import { counted } from '../../domain/counted.js'
import { CtoError } from '../../errors.js'
import { inFileName } from '../archive/archive-name.js'
import { listArchives } from '../archive/archive-folder.js'
import type { Check } from './check.js'
import { dayMs } from '../../domain/duration.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { faulty, healthy, type Fault } from './verdict.js'

const oldDays = 7
const mostExamples = 5

export const backupChecks: readonly Check[] = [
  {
    id: 'backup.age',
    severity: 'warn',
    examine: async ({ ask, now, database, backups }) => {
      const since = new Date(now.getTime() - oldDays * dayMs)
      const { backup, firstRowAt, resetAt, unarchived } = await ask(async (db) => ({
        backup: await findLastBackup(db),
        firstRowAt: await findFirstRowAt(db),
        resetAt: await findLastResetAt(db),
        unarchived: database.workspace === null ? await findUnarchivedWorkspaces(db, since) : [],
      }))
      const isOld = (at: Date) => at < since
      const isNew = backup === null && (firstRowAt === null || !isOld(firstRowAt))
      const older = backup === null ? await archiveBefore(resetAt, { backups, name: database.name }) : ''
      const ofRows: Fault = {
        severity: 'warn',
        message:
          backup === null ? `there is no backup${older}` : `the last backup is of ${backup.at.toISOString()}`,
        objects: ['backup'],
        fix: { command: 'cto db backup' },
      }
      const ofWorkspaces: Fault = {
        severity: 'warn',
        message: `${counted(unarchived.length, 'workspace')} without a backup of the last ${oldDays} days`,
        count: unarchived.length,
        examples: unarchived.slice(0, mostExamples),
        fix: { command: 'cto workspaces backup --all --to FOLDER' },
      }
      const isOverdue = !isNew && (backup === null || isOld(backup.at))
      return faulty(
        [isOverdue ? ofRows : null, unarchived.length > 0 ? ofWorkspaces : null],
        isNew ? `no backup yet; every row is younger than ${oldDays} days${older}` : ofRows.message,
      )
    },
  },
  {
    id: 'backup.verified',
    severity: 'info',
    examine: async ({ ask, backups }) => {
      const backup = await ask(findLastBackup)
      if (backup === null) return healthy('no backup to verify')
      if (backup.verifiedAt !== null)
        return healthy(`the last backup was verified on ${backup.verifiedAt.toISOString()}`)
      const fault: Fault = {
        severity: 'info',
        message: `the last backup, of ${backup.at.toISOString()}, was never verified`,
        objects: ['backup'],
        fix: { command: await verification(backup, backups) },
      }
      return { status: 'finding', faults: [fault] }
    },
  },
]

/** What is left of before a reset, which deletes rows and no archives; empty where nothing is. */
async function archiveBefore(
  resetAt: Date | null,
  { backups, name }: { backups: string | null; name: string },
): Promise<string> {
  if (resetAt === null || backups === null) return ''
  const archives = await archivesIn(backups)
  const newest = archives.find(
    (each) => !each.partial && each.name === inFileName(name) && each.createdAt < resetAt,
  )
  if (newest === undefined) return ''
  return `; the newest archive, of ${newest.createdAt.toISOString()}, is of before db reset on ${resetAt.toISOString()}`
}

/** The command that verifies a backup. An encrypted archive does not show its id: the newest one is taken for it. */
async function verification({ id }: LastBackup, backups: string | null): Promise<string> {
  const archives = backups === null ? [] : await archivesIn(backups)
  const archive = archives.find((each) => !each.partial && (each.encrypted || each.id === id))
  return archive === undefined
    ? 'cto db verify with the file of that backup; cto db backup <folder> --list finds it'
    : `cto db verify ${shellQuoted(archive.file)}`
}

async function archivesIn(folder: string) {
  try {
    return await listArchives(folder)
  } catch (error) {
    if (error instanceof CtoError) return []
    throw error
  }
}
