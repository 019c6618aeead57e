import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { required } from '../../../src/errors.js'
import {
  parseEncryptionKey,
  seal,
  secretContext,
  unseal,
} from '../../../src/domain/delivery/secret-cipher.js'

const bytes = (hex: string) => Buffer.from(hex, 'hex')
const keyOf = (hex: string) => required(parseEncryptionKey(hex), 'a key of 64 digits')

/** Cases 13, 14 and 16 of McGrew and Viega's paper, which NIST published as vectors of AES-256-GCM. */
const vectors = [
  {
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    text: '',
    context: '',
    sealed: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    text: '00'.repeat(16),
    context: '',
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    key: 'feffe9928665731c6d6a8f9467308308'.repeat(2),
    nonce: 'cafebabefacedbaddecaf888',
    text:
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
      '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    context: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    sealed:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
      '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
      '76fc6ece0f4e1768cddf8853bb2d551b',
  },
]

test.each(vectors)(
  'a published vector of AES-256-GCM holds: $sealed',
  ({ key, nonce, text, context, sealed }) => {
    const result = seal(bytes(text), keyOf(key), { nonce: bytes(nonce), context: bytes(context) })
    expect(Buffer.from(result.ciphertext).toString('hex')).toBe(sealed)
    expect(unseal(result, keyOf(key), bytes(context))).toEqual(bytes(text))
  },
)

test('a secret is read with its own key, in its own row, and unchanged', () => {
  const key = keyOf('07'.repeat(32))
  const row = { id: '00000000-0000-4000-8000-000000000001', name: 'slack' }
  const value = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(value, fc.nat(), (text, at) => {
      const sealed = seal(text, key, { nonce: randomBytes(12), context: secretContext(row) })
      expect(unseal(sealed, key, secretContext(row))).toEqual(Buffer.from(text))
      expect(unseal(sealed, keyOf('08'.repeat(32)), secretContext(row))).toBeNull()
      expect(unseal(sealed, key, secretContext({ ...row, name: 'smtp' }))).toBeNull()
      const damaged = Buffer.from(sealed.ciphertext)
      const index = at % damaged.length
      damaged.writeUInt8(damaged.readUInt8(index) ^ 1, index)
      expect(unseal({ ...sealed, ciphertext: damaged }, key, secretContext(row))).toBeNull()
    }),
    { numRuns: 50 },
  )
})

test('a tag of four bytes, which Node would accept, is refused', () => {
  const key = keyOf('07'.repeat(32))
  const { ciphertext, nonce } = seal(Buffer.from(''), key, {
    nonce: bytes('00'.repeat(12)),
    context: bytes(''),
  })
  expect(unseal({ ciphertext: ciphertext.subarray(0, 4), nonce }, key, bytes(''))).toBeNull()
})

test('a key is 32 bytes, in base64 or hexadecimal', () => {
  const base64 = Buffer.from('07'.repeat(32), 'hex').toString('base64')
  expect(parseEncryptionKey(`${base64}\n`)).toEqual(keyOf('07'.repeat(32)))
  for (const text of ['', 'secret', base64.slice(1), '07'.repeat(16), `${base64}${base64}`])
    expect(parseEncryptionKey(text)).toBeNull()
})
