import { expect, test } from 'vitest'
import { databaseFailure } from '../../src/engine/connection/failure.js'

test.each([
  'Connection terminated unexpectedly',
  'Cannot call write after a stream was destroyed',
  'Raw query failed. Code: `N/A`. Message: `Server has closed the connection.`',
  'Client has encountered a connection error and is not queryable',
])('"%s" is a lost connection', (message) => {
  expect(databaseFailure(new Error(message)).code).toBe('ECONNRESET')
})

test('an error that says nothing of a connection is none', () => {
  expect(databaseFailure(new Error('the closed server was never asked')).code).toBeNull()
})
