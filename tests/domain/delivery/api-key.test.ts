import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  apiKeyHash,
  apiKeyPrefix,
  checksumOf,
  hasApiKeyHash,
  isApiKey,
  newApiKey,
} from '../../../src/domain/delivery/api-key.js'

const anyKey = fc
  .array(fc.nat({ max: 61 }), { minLength: 30, maxLength: 30 })
  .map((numbers) => newApiKey(() => numbers.pop() ?? 0))

test("the checksum is that of GitHub's tokens", () => {
  // The published example 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.
  expect(checksumOf('zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ')).toBe('0mLq17')
  // CRC-32's check value, cbf43926, in base 62.
  expect(checksumOf('123456789')).toBe('3jZRME')
})

test('a key is 40 characters, of which the first 12 name it', () => {
  const key = newApiKey(randomInt)
  expect(key).toMatch(/^cto_[0-9A-Za-z]{36}$/)
  expect(apiKeyPrefix(key)).toBe(key.slice(0, 12))
  expect(isApiKey(key)).toBe(true)
})

test('a key with one wrong character is recognised as no key', () => {
  const wrong = fc.tuple(anyKey, fc.nat({ max: 39 }), fc.constantFrom('0', 'A', 'z', '!', '€', ' ', '\n'))
  fc.assert(
    fc.property(wrong, ([key, at, character]) => {
      const other = key.slice(0, at) + character + key.slice(at + 1)
      expect(isApiKey(other)).toBe(other === key)
    }),
  )
})

test.each([
  '',
  'cto_',
  ' cto_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17',
  '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',
])('"%s" is no key', (text) => {
  expect(isApiKey(text)).toBe(false)
})

test('the hash is SHA-256, and belongs to one key alone', () => {
  expect(apiKeyHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  fc.assert(
    fc.property(anyKey, anyKey, (key, other) => {
      expect(hasApiKeyHash(key, apiKeyHash(key))).toBe(true)
      expect(hasApiKeyHash(other, apiKeyHash(key))).toBe(other === key)
    }),
  )
  expect(hasApiKeyHash('abc', '')).toBe(false)
  expect(hasApiKeyHash('abc', 'not hexadecimal')).toBe(false)
})
