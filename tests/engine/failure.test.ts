import { describe, expect, test } from 'vitest'
import { databaseFailure, isLost, isRefused, isTransient } from '../../src/engine/connection/failure.js'
import { translateError } from '../../src/engine/errors.js'

test.each([
  'Connection terminated unexpectedly',
  'Cannot call write after a stream was destroyed',
  'Client has encountered a connection error and is not queryable',
])('"%s" is a lost connection', (message) => {
  expect(databaseFailure(new Error(message)).code).toBe('ECONNRESET')
})

test('an error without the wording of a connection is not one', () => {
  expect(databaseFailure(new Error('the closed server was never asked')).code).toBeNull()
})

test.each([
  ['ConnectionClosed', 'ECONNRESET'],
  ['DatabaseNotReachable', 'ECONNREFUSED'],
  ['SocketTimeout', 'ETIMEDOUT'],
])('%s of the adapter is recognised by its kind, whatever the message', (kind, code) => {
  const adapterError = Object.assign(new Error('Что-то не так'), { cause: { kind } })
  expect(databaseFailure(adapterError).code).toBe(code)
  const wrapped = Object.assign(new Error('Raw query failed'), {
    code: 'P2010',
    meta: { driverAdapterError: adapterError },
  })
  expect(databaseFailure(wrapped).code).toBe(code)
})

test.each([
  ['P1001', 'ECONNREFUSED'],
  ['P1008', 'ETIMEDOUT'],
  ['P1017', 'ECONNRESET'],
])('%s of Prisma is recognised by its code', (code, expected) => {
  expect(databaseFailure(Object.assign(new Error('Что-то не так'), { code })).code).toBe(expected)
})

test('a SQLSTATE counts, not what a message quotes', () => {
  const error = Object.assign(new Error('duplicate key: "Connection terminated"'), { code: '23505' })
  expect(databaseFailure(error).code).toBe('23505')
})

test.each([
  ['no such database: nowhere', 4],
  ['no such user: nobody', 4],
  ['password authentication failed', 4],
  ['no more connections allowed (max_client_conn)', 6],
  ['query_wait_timeout', 6],
  ['server login has been failing, try again later (server_login_retry)', 6],
  ['pgbouncer cannot connect to server', 6],
])('PgBouncer’s "%s" ends with exit code %i', (message, exitCode) => {
  const refusal = Object.assign(new Error(message), { code: '08P01', severity: 'FATAL' })
  expect(translateError(refusal, 'u@h:1/d')).toMatchObject({ exitCode })
})

test.each([
  ['pgbouncer cannot connect to server', false],
  ['query_wait_timeout', false],
  ['server conn crashed?', true],
  ['idle transaction timeout', true],
])('after PgBouncer’s "%s" a COMMIT may have succeeded: %s', (message, mayHave) => {
  const failure = Object.assign(new Error(message), { code: '08P01', severity: 'FATAL' })
  expect(isLost(failure)).toBe(mayHave)
})

describe('what the coordinator of a cluster reports as an internal error', () => {
  const reported = (message: string) => Object.assign(new Error(message), { code: 'XX000' })

  test.each([
    ['duplicate key value violates unique constraint "users_email_key_102041"', 'CONFLICT', 7],
    ['new row for relation "bugs_102012" violates check constraint "bugs_title_check"', 'INVALID_VALUE', 2],
    [
      'insert or update on table "bugs_102012" violates foreign key constraint "bugs_project_id_fkey_102012"',
      'NOT_FOUND',
      3,
    ],
    ['SSL SYSCALL error: EOF detected', 'UNREACHABLE', 6],
    ['could not commit transaction on node db2:5432', 'UNREACHABLE', 6],
  ])('"%s" is %s', (message, code, exitCode) => {
    expect(translateError(reported(message), 'u@h:1/d')).toMatchObject({ code, exitCode })
  })

  test.each([
    ['duplicate key value violates unique constraint "bugs_pkey_102012"', true, false],
    ['new row for relation "bugs_102012" violates check constraint "bugs_title_check"', true, false],
    ['insert or update on table "bugs_102012" violates foreign key constraint "bugs_user_fkey"', true, false],
    [
      'index row size 2816 exceeds btree version 4 maximum 2704 for index "bugs_title_idx_102012"',
      true,
      false,
    ],
    ['SSL SYSCALL error: EOF detected', false, true],
    ['could not commit transaction on node db2:5432', false, true],
    ['cache lookup failed for relation 4711', true, false],
  ])('"%s": refused %s, lost %s', (message, refused, lost) => {
    expect({ refused: isRefused(reported(message)), lost: isLost(reported(message)) }).toEqual({
      refused,
      lost,
    })
  })

  test('names its constraint without the number of the shard, also through Prisma', () => {
    const message = 'duplicate key value violates unique constraint "users_email_key_102041"'
    const byPrisma = Object.assign(new Error('Raw query failed'), {
      code: 'P2010',
      meta: {
        driverAdapterError: Object.assign(new Error('postgres'), {
          cause: { kind: 'postgres', code: 'XX000', originalCode: 'XX000', originalMessage: message },
        }),
      },
    })
    for (const error of [reported(message), byPrisma]) {
      expect(databaseFailure(error)).toMatchObject({
        code: '23505',
        constraint: 'users_email_key',
        message: 'duplicate key value violates unique constraint "users_email_key"',
      })
    }
  })

  test('is left as it is where no worker sent it', () => {
    const error = reported('cache lookup failed for relation 4711')
    expect(databaseFailure(error)).toMatchObject({ code: 'XX000', constraint: null })
    expect(translateError(error, 'u@h:1/d')).toBe(error)
  })
})

test('a constraint of a worker is named without the number of its shard', () => {
  const refusal = { code: '23505', constraint: 'users_email_key_102041' }
  expect(databaseFailure(Object.assign(new Error('duplicate key'), refusal)).constraint).toBe(
    'users_email_key',
  )
  const other = { code: '23505', constraint: 'rows_2026' }
  expect(databaseFailure(Object.assign(new Error('duplicate key'), other)).constraint).toBe('rows_2026')
})

test('58030 of a worker that is gone is a lost connection: exit code 6, and retried', () => {
  const error = Object.assign(new Error('could not receive data from worker'), { code: '58030' })
  expect(isLost(error)).toBe(true)
  expect(translateError(error, 'u@h:1/d')).toMatchObject({ code: 'UNREACHABLE', exitCode: 6 })
})

test('0A000 is a statement that a cluster does not support: exit code 4, and not retried', () => {
  const error = Object.assign(new Error('complex joins are only supported when …'), { code: '0A000' })
  expect(isTransient(error)).toBe(false)
  expect(translateError(error, 'u@h:1/d')).toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('not on this cluster') as string,
    reason: 'u@h:1/d: complex joins are only supported when …',
  })
})
