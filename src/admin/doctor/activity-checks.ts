import {
  countHiddenSessions,
  findPreparedTransactions,
  findSessions,
  type Session,
} from '../../data/admin/sessions.js'
import { getCurrentRole } from '../../data/admin/server-facts.js'
import type { Check, Patient } from './check.js'
import { faultOf, faulty, healthy, unknown, type Verdict } from './verdict.js'

/** The age from which something is a fault, in seconds. */
interface Patience {
  long: number
  idle: number
  blocked: number
  prepared: number
}

export const activityChecks = activityChecksWith({ long: 300, idle: 60, blocked: 30, prepared: 300 })

export function activityChecksWith(patience: Patience): readonly Check[] {
  return [
    {
      id: 'act.long',
      severity: 'warn',
      examine: (patient) =>
        examineSessions(patient, {
          isFaulty: ({ state, seconds }) => state === 'active' && seconds > patience.long,
          verdict: (found) =>
            faulty(
              [
                faultOf(found.map(describe), {
                  severity: 'warn',
                  message: `statements that run for more than ${patience.long} s: ${found.length}`,
                  fix: { command: `cto db cancel ${pidsOf(found)}` },
                }),
              ],
              `no statement runs for more than ${patience.long} s`,
            ),
        }),
    },
    {
      id: 'act.idle',
      severity: 'warn',
      examine: (patient) =>
        examineSessions(patient, {
          isFaulty: ({ state, seconds }) =>
            (state ?? '').startsWith('idle in transaction') && seconds > patience.idle,
          verdict: (found) =>
            faulty(
              [
                faultOf(found.map(describe), {
                  severity: 'warn',
                  message: `idle in a transaction for more than ${patience.idle} s: ${found.length}`,
                  fix: { command: `cto db cancel --terminate ${pidsOf(found)}` },
                }),
              ],
              `no session is idle in a transaction for more than ${patience.idle} s`,
            ),
        }),
    },
    {
      id: 'act.blocked',
      severity: 'error',
      examine: (patient) =>
        examineSessions(patient, {
          isFaulty: ({ blockedBy, waitSeconds }) =>
            blockedBy.length > 0 && (waitSeconds ?? 0) > patience.blocked,
          verdict: (found) => {
            const blockers = [...new Set(found.flatMap(({ blockedBy }) => blockedBy))].filter(
              (pid) => !found.some((each) => each.pid === pid),
            )
            return faulty(
              [
                faultOf(
                  found.map((each) => `${each.pid} waits for ${each.blockedBy.join(', ')}`),
                  {
                    severity: 'error',
                    message: `sessions that wait for a lock for more than ${patience.blocked} s: ${found.length}`,
                    fix: { command: `cto db cancel ${blockers.join(' ')}` },
                  },
                ),
              ],
              `no session waits for a lock for more than ${patience.blocked} s`,
            )
          },
        }),
    },
    {
      id: 'act.prepared',
      severity: 'error',
      examine: async ({ ask, database }) => {
        if (!database.capabilities.hasOtherSessions) return alone
        const old = (await ask(findPreparedTransactions)).filter(({ seconds }) => seconds > patience.prepared)
        return faulty(
          [
            faultOf(
              old.map(({ gid, owner }) => `${gid} of ${owner}`),
              {
                severity: 'error',
                message: `prepared transactions that hold locks for more than ${patience.prepared} s: ${old.length}`,
                fix: { sql: old.map(({ gid }) => `ROLLBACK PREPARED '${gid.replaceAll("'", "''")}'`) },
              },
            ),
          ],
          'no prepared transaction is left behind',
        )
      },
    },
  ]
}

const alone = healthy('the embedded database has no other session')

interface ExamineSessions {
  isFaulty(session: Session): boolean
  verdict(found: readonly Session[]): Verdict
}

/** Sessions that this role may not see could be at fault. */
async function examineSessions(
  { ask, database }: Patient,
  { isFaulty, verdict }: ExamineSessions,
): Promise<Verdict> {
  if (!database.capabilities.hasOtherSessions) return alone
  const { sessions, hidden, role } = await ask(async (db) => ({
    sessions: await findSessions(db),
    hidden: await countHiddenSessions(db),
    role: await getCurrentRole(db),
  }))
  const found = sessions.filter(isFaulty)
  if (found.length > 0 || hidden === 0) return verdict(found)
  return unknown(`sessions of roles that this one may not look at: ${hidden}`, {
    sql: [`GRANT pg_read_all_stats TO ${role}`],
  })
}

function describe({ pid, user, application }: Session): string {
  return `${pid} ${[user, application].filter((word) => word !== '').join(' ')}`
}

function pidsOf(sessions: readonly Session[]): string {
  return sessions.map(({ pid }) => pid).join(' ')
}
