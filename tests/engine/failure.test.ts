import { expect, test } from 'vitest'
import { databaseFailure, isLost } from '../../src/engine/connection/failure.js'
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
