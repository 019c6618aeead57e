import { expect, test } from 'vitest'
import { localSettings } from '../../src/engine/local-settings.js'

test('settings of a transaction reach the workers of a cluster: each follows the one that propagates them', () => {
  expect(localSettings({ lock_timeout: '5000', 'pg_trgm.word_similarity_threshold': '0.5' })).toEqual([
    "SET LOCAL citus.propagate_set_commands = 'local'",
    "SET LOCAL lock_timeout = '5000'",
    "SET LOCAL pg_trgm.word_similarity_threshold = '0.5'",
  ])
})

test('a quote in a value ends nothing', () => {
  expect(localSettings({ 'cto.x': "a'; DROP TABLE bugs; --" })[1]).toBe(
    "SET LOCAL cto.x = 'a''; DROP TABLE bugs; --'",
  )
})
