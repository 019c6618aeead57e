import { performance } from 'node:perf_hooks'
import {
  getConnectionUsage,
  getRolePowers,
  getServerVersion,
  isEncrypted,
  ping,
  type RolePowers,
} from '../../data/admin/server-facts.js'
import { oldestMajor, outOfSupportSince } from '../../domain/postgresql.js'
import { inspectReplica, type ReplicaReport } from '../../engine/replica/inspect-replica.js'
import type { Check } from './check.js'
import { limitMs } from './examine.js'
import { faultOf, faulty, healthy, unknown, type Fault, type Verdict } from './verdict.js'

const pings = 5
const slowAnswerMs = 100
const manyConnections = 0.8
const nearlyAllConnections = 0.95

export const connectionChecks: readonly Check[] = [
  {
    id: 'conn.latency',
    severity: 'info',
    examine: async ({ ask }) => {
      const times = await ask(async (db) => {
        const taken: number[] = []
        for (let n = 0; n < pings; n++) {
          const start = performance.now()
          await ping(db)
          taken.push(performance.now() - start)
        }
        return taken.sort((a, b) => a - b)
      })
      const median = times[Math.floor(pings / 2)] ?? 0
      const message = `${median.toFixed(1)} ms for a statement and its answer, median of ${pings}`
      const fault: Fault = {
        severity: 'info',
        message,
        objects: ['latency'],
        fix: { command: 'run cto in the network of the server' },
      }
      return faulty(median > slowAnswerMs ? [fault] : [], message)
    },
  },
  {
    id: 'conn.version',
    severity: 'error',
    examine: async ({ ask, now }) => {
      const { text, major } = await ask(getServerVersion)
      const ended = outOfSupportSince(major, now)
      const fix = { command: 'upgrade the server to PostgreSQL 18' }
      const objects = [`PostgreSQL ${major}`]
      const tooOld: Fault = {
        severity: 'error',
        message: `PostgreSQL ${text} is older than ${oldestMajor}, the oldest that cto works with`,
        objects,
        fix,
      }
      if (major < oldestMajor) return { status: 'finding', faults: [tooOld] }
      if (ended === null) return healthy(`PostgreSQL ${text}`)
      const unsupported: Fault = {
        severity: 'info',
        message: `PostgreSQL ${text} gets no corrections since ${ended}`,
        objects,
        fix,
      }
      return { status: 'finding', faults: [unsupported] }
    },
  },
  {
    id: 'conn.tls',
    severity: 'warn',
    examine: async ({ ask, database, way, host }) => {
      if (host === null) return healthy('the embedded database has no connection to encrypt')
      if (isLocal(host)) return healthy('the server is on this machine')
      if (way.pooled || !database.capabilities.canSeeEncryption)
        return unknown('behind a pooler the server sees only the connection of the pooler')
      const fault: Fault = {
        severity: 'warn',
        message: `the connection to ${host} is not encrypted`,
        objects: [host],
        fix: { command: 'add sslmode=verify-full to DATABASE_URL' },
      }
      return faulty((await ask(isEncrypted)) ? [] : [fault], `the connection to ${host} is encrypted`)
    },
  },
  {
    id: 'conn.pooler',
    severity: 'warn',
    examine: ({ way, host, hasDirectUrl }) => {
      if (host === null) return Promise.resolve(healthy('the embedded database is behind no pooler'))
      const fault: Fault = {
        severity: 'warn',
        message: 'the connection goes through a pooler, and DIRECT_URL is not set: migrations need it',
        objects: ['DIRECT_URL'],
        fix: { command: 'set DIRECT_URL to the server behind the pooler' },
      }
      const isMissing = way.pooled && !hasDirectUrl
      return Promise.resolve(
        faulty(isMissing ? [fault] : [], way.pooled ? 'DIRECT_URL leads past the pooler' : 'no pooler'),
      )
    },
  },
  {
    id: 'conn.usage',
    severity: 'warn',
    examine: async ({ ask, database }) => {
      if (!database.capabilities.hasOtherSessions) return healthy('one connection, which is this one')
      const { used, most } = await ask(getConnectionUsage)
      const message = `${used} of ${most} connections are in use`
      const fault: Fault = {
        severity: used >= nearlyAllConnections * most ? 'error' : 'warn',
        message,
        objects: ['connections'],
        fix: {
          command: 'end idle clients (cto db inspect activity), raise max_connections, or add a pooler',
        },
      }
      return faulty(used >= manyConnections * most ? [fault] : [], message)
    },
  },
  {
    id: 'conn.replica',
    severity: 'error',
    examine: async ({ database, replica }) => {
      if (replica === null) return healthy('no READ_DATABASE_URL is set')
      const report = await inspectReplica(database, replica.server, limitMs / 2)
      const name = `${replica.server.host}:${replica.server.port}`
      const message = replicaFault(report)
      const fault: Fault = {
        severity: 'error',
        message: `the standby ${name} ${message ?? ''}`,
        objects: [name],
        fix: {
          command:
            'repair the standby, or name another in READ_DATABASE_URL; reads use the primary until then',
        },
      }
      return faulty(message === null ? [] : [fault], `the standby ${name} is up to date`)
    },
  },
  {
    id: 'role.power',
    severity: 'warn',
    examine: async ({ ask, database }) => {
      if (!database.capabilities.hasOtherSessions) return healthy('the embedded database has one role')
      return judgePowers(await ask(getRolePowers))
    },
  },
]

/** The operator of workspaces creates their roles; for a superuser that needs no remark. */
function judgePowers({ name, hasRegistry, ...powers }: RolePowers): Verdict {
  const isOperator = hasRegistry && powers.createsRoles && !powers.superuser
  const held = [
    powers.superuser && 'SUPERUSER',
    powers.bypassesRowSecurity && 'BYPASSRLS',
    powers.replicates && 'REPLICATION',
    powers.createsRoles && !isOperator && 'CREATEROLE',
  ].filter((power) => power !== false)
  return faulty(
    [
      faultOf(held, {
        severity: 'warn',
        message: `the role ${name} has more power than cto needs: ${held.join(', ')}`,
        fix: {
          command: 'connect as a role that only owns the tables',
          sql: [`ALTER ROLE ${name} ${held.map((power) => `NO${power}`).join(' ')}`],
        },
      }),
      faultOf(isOperator ? ['CREATEROLE'] : [], {
        severity: 'info',
        message: `the role ${name} creates roles, as the operator of workspaces must`,
        fix: { command: 'for everyday work connect as the login of a workspace: cto workspaces login' },
      }),
    ],
    `the role ${name} is an ordinary one`,
  )
}

const mostLagMs = 30_000

/** What is wrong with a standby; null for one that may be read from. */
function replicaFault(report: ReplicaReport): string | null {
  if (report.failure !== null) return `cannot be read: ${report.failure}`
  if (!report.isStandby) return 'is no standby: it accepts writes'
  if (!report.isOfPrimary) return 'replays another server, or has another database'
  if (report.lagMs === Infinity) return 'has replayed nothing yet'
  if (report.lagMs > mostLagMs) return `is ${Math.round(report.lagMs / 1000)} s behind`
  return report.hasTables ? null : 'does not have the tables of this version in the schema'
}

/** A name or address of this machine, or a folder of Unix sockets. */
function isLocal(host: string): boolean {
  return host.startsWith('/') || /^(localhost|127(\.\d+){3}|::1|\[::1\])$/i.test(host)
}
