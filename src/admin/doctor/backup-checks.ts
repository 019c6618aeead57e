import { findFirstRowAt, findLastBackup } from '../../data/admin/backups.js'
import { dayMs } from '../../domain/time.js'
import type { Check } from './check.js'
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
    examine: async ({ ask }) => {
      const backup = await ask(findLastBackup)
      if (backup === null) return healthy('no backup to verify')
      if (backup.verifiedAt !== null)
        return healthy(`the last backup was verified on ${backup.verifiedAt.toISOString()}`)
      const fault: Fault = {
        severity: 'info',
        message: `the last backup, of ${backup.at.toISOString()}, was never verified`,
        objects: ['backup'],
        fix: { command: 'cto db backup --list: verify its newest file with cto db verify' },
      }
      return { status: 'finding', faults: [fault] }
    },
  },
]
