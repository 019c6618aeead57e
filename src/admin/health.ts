import { performance } from 'node:perf_hooks'
import { findSessions } from '../data/admin/sessions.js'
import { getConnectionUsage, ping } from '../data/admin/server-facts.js'
import type { CtoError } from '../errors.js'
import type { Database } from '../engine/database.js'
import type { Health } from '../shapes/administration.js'
import { examine } from './doctor/examine.js'
import type { Check, Patient } from './doctor/check.js'

/** Checks that are quick enough for a probe every few seconds. */
export const probed = ['conn.usage', 'conn.version', 'schema.migrations', 'schema.invalid', 'act']

interface Assess {
  patient: Patient
  /** The checks that take a moment and show whether something is wrong. */
  checks: readonly Check[]
  now: Date
}

/** The state of the database now: degraded if one of the checks finds more than an info. */
export async function assess(database: Database, { patient, checks, now }: Assess): Promise<Health> {
  const responseTimeMs = await database.read(async (db) => {
    // The first statement of a process takes longer: it loads Prisma and connects.
    await ping(db)
    const start = performance.now()
    await ping(db)
    return Math.round((performance.now() - start) * 100) / 100
  })
  const examined = await examine(checks, { patient })
  const findings = examined
    .map(({ check }) => check)
    .filter(({ status, severity }) => status === 'finding' && severity !== 'info')
  return {
    status: findings.length === 0 ? 'healthy' : 'degraded',
    connection: { connected: true, target: database.target, reason: null },
    responseTimeMs,
    timestamp: now,
    ...(database.capabilities.hasOtherSessions
      ? await database.read(async (db) => ({
          pool: await getConnectionUsage(db),
          queries: await countQueries(db),
        }))
      : { pool: null, queries: null }),
    recommendations: findings.map(({ message, fix }) => `${message}: ${fix?.command ?? fix?.sql ?? ''}`),
  }
}

interface Unhealthy {
  target: string
  error: CtoError
  now: Date
}

/** The result for a database that did not answer, with the error that was raised. */
export function unhealthy({ target, error, now }: Unhealthy): Health {
  const { message, reason = message, hint = message } = error
  return {
    status: 'unhealthy',
    connection: { connected: false, target, reason },
    responseTimeMs: null,
    timestamp: now,
    pool: null,
    queries: null,
    recommendations: [hint],
  }
}

async function countQueries(db: Parameters<typeof findSessions>[0]): Promise<Health['queries']> {
  const sessions = await findSessions(db)
  const active = sessions.filter(({ state }) => state === 'active')
  return {
    active: active.length,
    idleInTransaction: sessions.filter(({ state }) => state?.startsWith('idle in transaction')).length,
    blocked: sessions.filter(({ blockedBy }) => blockedBy.length > 0).length,
    longestSeconds: Math.round(Math.max(0, ...active.map(({ seconds }) => seconds)) * 10) / 10,
  }
}
