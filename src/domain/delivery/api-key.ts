import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What the holder of a key may do. */
export const apiKeyScopes = ['read', 'ingest', 'write', 'notify', 'admin'] as const
export type ApiKeyScope = (typeof apiKeyScopes)[number]

/** How long a key is valid unless its creator asks for less or more. */
export const apiKeyDays = 90

const begin = 'cto_'
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Of the random part: 30 digits of base 62 are 178 bits. */
const bodyLength = 30
const checksumLength = 6
const prefixLength = 12

/** A new key from a source of random numbers: `randomBelow(62)` is 0 to 61, all equally likely. */
export function newApiKey(randomBelow: (limit: number) => number): string {
  const body = Array.from({ length: bodyLength }, () => digits.charAt(randomBelow(digits.length))).join('')
  return `${begin}${body}${checksumOf(body)}`
}

/** Whether a text is a key that was copied without a mistake. */
export function isApiKey(text: string): boolean {
  const [, body, checksum] = /^cto_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(text) ?? []
  return body !== undefined && checksum === checksumOf(body)
}

/** By which a key is listed and found: the beginning, of which 8 digits are random. */
export function apiKeyPrefix(key: string): string {
  return key.slice(0, prefixLength)
}

/** SHA-256, in hexadecimal. A slow hash would add nothing: 178 random bits cannot be guessed. */
export function apiKeyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Whether a key has the hash; takes equally long whatever differs. */
export function hasApiKeyHash(key: string, hash: string): boolean {
  const [given, stored] = [apiKeyHash(key), hash].map((hex) => Buffer.from(hex, 'hex'))
  return given !== undefined && stored?.length === given.length && timingSafeEqual(given, stored)
}

/** CRC-32 of the random part as six digits of base 62, which finds typing errors before a database is asked. */
export function checksumOf(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let place = 0; place < checksumLength; place++) {
    text = digits.charAt(rest % digits.length) + text
    rest = Math.floor(rest / digits.length)
  }
  return text
}

export const apiKeyStates = ['active', 'expired', 'revoked'] as const
export type ApiKeyState = (typeof apiKeyStates)[number]

/** Whether a key is accepted at a moment. */
export function apiKeyState(
  { expiresAt, revokedAt }: { expiresAt: Date | null; revokedAt: Date | null },
  now: Date,
): ApiKeyState {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}
