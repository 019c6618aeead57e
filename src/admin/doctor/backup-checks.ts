import { findFirstRowAt, findLastBackup, type LastBackup } from '../../data/admin/backups.js'
import { dayMs } from '../../domain/time.js'
import { CtoError } from '../../errors.js'
import { listArchives } from '../archive/archive-folder.js'
import type { Check } from './check.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { faulty, healthy, type Fault } from './verdict.js'

const oldDays = 7

export const backupChecks: readonly Check[] = [
  {
    id: 'backup.age',
    severity: 'warn',
    examine: async ({ ask, now }) => {
      const { backup, firstRowAt } = await ask(async (db) => ({
        backup: await findLastBackup(db),
        firstRowAt: await findFirstRowAt(db),
      }))
      const isOld = (at: Date) => now.getTime() - at.getTime() > oldDays * dayMs
      if (backup === null && (firstRowAt === null || !isOld(firstRowAt))) {
        return healthy(`no backup yet; every row is younger than ${oldDays} days`)
      }
      const fault: Fault = {
        severity: 'warn',
        message: backup === null ? 'there is no backup' : `the last backup is of ${backup.at.toISOString()}`,
        objects: ['backup'],
        fix: { command: 'cto db backup' },
      }
      return faulty(backup === null || isOld(backup.at) ? [fault] : [], fault.message)
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
