import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as ours from '../../scripts/pg-crypto.js'

const require = createRequire(import.meta.url)
const theirs = require('pg/lib/crypto/utils') as Record<string, (...args: unknown[]) => unknown>

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
const salt = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((salt) => Buffer.from(salt))

test('the bundle has every function with which pg proves passwords', () => {
  // Only postgresMd5PasswordHash calls md5.
  expect(Object.keys(ours).sort()).toEqual(
    Object.keys(theirs)
      .filter((name) => name !== 'md5')
      .sort(),
  )
})

test.each([
  ['postgresMd5PasswordHash', fc.tuple(fc.string(), fc.string({ unit: 'grapheme' }), salt)],
  ['sha256', fc.tuple(bytes)],
  ['hashByName', fc.tuple(fc.constantFrom('SHA-256', 'SHA-384', 'SHA-512'), bytes)],
  ['hmacSha256', fc.tuple(bytes, fc.string({ unit: 'grapheme' }))],
  [
    'deriveKey',
    fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), bytes, fc.integer({ min: 1, max: 9 })),
  ],
] as const)('%s returns what pg would compute', async (name, args) => {
  const plain = (hash: unknown) => (typeof hash === 'string' ? hash : Buffer.from(hash as ArrayBuffer))
  const property = async (values: unknown[]) => {
    const compute = ours[name] as (...args: unknown[]) => unknown
    expect(plain(await compute(...values))).toEqual(plain(await theirs[name]?.(...values)))
  }
  await fc.assert(fc.asyncProperty(args as fc.Arbitrary<unknown[]>, property), { numRuns: 30 })
})
