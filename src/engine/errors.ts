import { CtoError, NotFoundError } from '../errors.js'
import type { ErrorCode } from '../errors.js'
import {
  certificate,
  databaseFailure,
  isLost,
  isNotReached,
  isRolledBack,
  notPostgresql,
  pooler,
  timeouts,
} from './connection/failure.js'

interface Sentence {
  code: ErrorCode
  what: string
  hint: string
}

/** SQLSTATE of a DROP without CASCADE; only its detail names the dependent objects. */
const dependent = '2BP01'

/** A foreign key points to a row that another session deleted. */
const gone = '23503'

const sentences: Record<string, Sentence> = {
  '28P01': {
    code: 'NOT_PERMITTED',
    what: 'the database refused the password',
    hint: 'correct the user and password in DATABASE_URL',
  },
  '28000': {
    code: 'NOT_PERMITTED',
    what: 'the database refused the login',
    hint: 'correct the user in DATABASE_URL, or pg_hba.conf on the server',
  },
  '3D000': {
    code: 'NOT_CONFIGURED',
    what: 'the database does not exist',
    hint: 'create it, or correct the name in DATABASE_URL',
  },
  '3F000': { code: 'NOT_CONFIGURED', what: 'the schema does not exist', hint: 'cto db init' },
  '42P01': { code: 'NO_TABLES', what: 'the tables of cto do not exist', hint: 'cto db init' },
  '42703': {
    code: 'SCHEMA_OLDER',
    what: 'the tables do not have the columns this version expects',
    hint: 'cto db migrate',
  },
  '42501': {
    code: 'NOT_PERMITTED',
    what: 'the database user lacks the privilege',
    hint: 'an administrator gives it: cto db grant ROLE --admin; or name another user in DATABASE_URL',
  },
  '25006': {
    code: 'NOT_PERMITTED',
    what: 'this session is read-only',
    hint: 'add --write, or use another profile; where the server is a standby, name the primary in DATABASE_URL',
  },
  [dependent]: {
    code: 'CONFLICT',
    what: 'other objects in the database depend on the tables of cto',
    hint: 'drop those first, then try again; nothing was changed',
  },
  '53100': {
    code: 'DISK_FULL',
    what: 'the disk of the database is full',
    hint: 'free some space, then try again; nothing was stored',
  },
  '53200': { code: 'BUSY', what: 'the database is out of memory', hint: 'try again later' },
  '53300': {
    code: 'BUSY',
    what: 'the database has no connection left',
    hint: 'try again later, or raise max_connections',
  },
  '0A000': {
    code: 'NOT_PERMITTED',
    what: 'not on this cluster: the database does not support a statement of this command',
    hint: 'docs/cluster.md lists what a cluster (Citus) limits',
  },
  '55P03': {
    code: 'LOCKED',
    what: 'another session holds a lock that this command needs',
    hint: 'try again',
  },
  '57014': {
    code: 'TIMEOUT',
    what: 'the query exceeded its timeout',
    hint: 'narrow it, or raise DATABASE_QUERY_TIMEOUT_MS',
  },
  '57P03': { code: 'UNREACHABLE', what: 'the database is starting up', hint: 'try again in a moment' },
  [certificate]: {
    code: 'NOT_PERMITTED',
    what: 'the certificate of the server is not trusted',
    hint: 'name its authority: sslrootcert=FILE in DATABASE_URL; sslmode=require encrypts without verifying the server',
  },
  [notPostgresql]: {
    code: 'UNREACHABLE',
    what: 'what answers is no PostgreSQL server',
    hint: 'correct host and port in DATABASE_URL',
  },
  [pooler.login]: {
    code: 'NOT_PERMITTED',
    what: 'the pooler refused the login',
    hint: 'correct the database, user and password in DATABASE_URL, or add them to the pooler',
  },
  [pooler.full]: {
    code: 'BUSY',
    what: 'the pooler has no connection left',
    hint: 'try again later, or raise max_client_conn or default_pool_size of the pooler',
  },
  [pooler.refused]: {
    code: 'UNREACHABLE',
    what: 'the pooler does not reach the database',
    hint: 'start the server behind the pooler, then try again',
  },
  [timeouts.connect]: {
    code: 'UNREACHABLE',
    what: 'the database does not answer',
    hint: 'correct DATABASE_URL, or wait longer: DATABASE_CONNECTION_TIMEOUT=60',
  },
  [timeouts.pool]: {
    code: 'BUSY',
    what: 'no connection came free in time',
    hint: 'raise DATABASE_CONNECTION_LIMIT or DATABASE_POOL_TIMEOUT',
  },
  ENOSPC: { code: 'DISK_FULL', what: 'the disk is full', hint: 'free some space, then try again' },
  EDQUOT: { code: 'DISK_FULL', what: 'the disk quota is used up', hint: 'free some space, then try again' },
}

/**
 * Translates errors of the database layers into CtoErrors; the only place that does. A CtoError, and an error that is
 * no database failure (an internal error), is returned unchanged.
 */
export function translateError(error: unknown, target: string): unknown {
  if (error instanceof CtoError) return error
  const { code, detail, constraint, ...failure } = databaseFailure(error)
  const message = shortened(failure.message)
  if (code === null) return error
  const reason = `${target}: ${code === dependent ? (detail ?? message) : message}`
  const sentence = sentences[code]
  if (sentence) {
    return new CtoError(sentence.code, sentence.what, { reason, hint: sentence.hint, cause: error })
  }
  if (isNotReached(error) || isLost(error)) {
    const what = isLost(error) ? 'the connection to the database broke' : 'the database cannot be reached'
    const hint = 'start the server or correct DATABASE_URL, then try again'
    return new CtoError('UNREACHABLE', what, { reason, hint, cause: error })
  }
  if (isRolledBack(error)) {
    const what = 'other sessions were changing the same rows; nothing was stored'
    return new CtoError('BUSY', what, { reason, hint: 'try again', cause: error })
  }
  if (code === '23505') {
    const what = `already exists${constraint === null ? '' : ` (${constraint})`}`
    return new CtoError('CONFLICT', what, { reason: message, cause: error })
  }
  if (code === gone) {
    const what = 'something that this change refers to was deleted meanwhile; nothing was stored'
    return new NotFoundError(what, { hint: 'name another user, project or bug', cause: error })
  }
  if (code.startsWith('22') || code.startsWith('23')) {
    return new CtoError('INVALID_VALUE', 'the database rejected a value', { reason: message, cause: error })
  }
  return error
}

/** PostgreSQL quotes the value that it rejects, which may have megabytes. */
const longestMessage = 1000

function shortened(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message
}
