import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/** A key of AES-256. */
export interface EncryptionKey {
  /** Names the key beside what it encrypts: 16 hexadecimal digits of its SHA-256. */
  id: string
  /** 32 bytes. */
  bytes: Uint8Array
}

export interface SealedText {
  /** The encrypted text, followed by the tag of 16 bytes. */
  ciphertext: Uint8Array
  /** 12 random bytes, never used twice with one key. */
  nonce: Uint8Array
}

const algorithm = 'aes-256-gcm'
/** Node would accept a tag of 4 bytes, which can be forged. */
const authTagLength = 16
const keyBytes = 32

/** A key as `openssl rand -base64 32` or `openssl rand -hex 32` prints it; null for another text. */
export function parseEncryptionKey(text: string): EncryptionKey | null {
  const trimmed = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[A-Za-z0-9+/]{43}=$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : null
  if (bytes?.length !== keyBytes) return null
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes }
}

/** Encrypts a text; `context` must be given again to decrypt it, so that no ciphertext can be moved to another row. */
export function seal(
  text: Uint8Array,
  { bytes }: EncryptionKey,
  { nonce, context }: { nonce: Uint8Array; context: Uint8Array },
): SealedText {
  const cipher = createCipheriv(algorithm, bytes, nonce, { authTagLength })
  cipher.setAAD(context)
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
  return { ciphertext, nonce }
}

/** Null where the key, the nonce, the context or the ciphertext is not that of `seal`. */
export function unseal(
  { ciphertext, nonce }: SealedText,
  { bytes }: EncryptionKey,
  context: Uint8Array,
): Buffer | null {
  const end = ciphertext.length - authTagLength
  if (end < 0) return null
  try {
    const decipher = createDecipheriv(algorithm, bytes, nonce, { authTagLength })
    decipher.setAAD(context)
    decipher.setAuthTag(ciphertext.subarray(end))
    return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()])
  } catch {
    return null
  }
}

/** The context of a stored secret: its row, by id and name. */
export function secretContext({ id, name }: { id: string; name: string }): Buffer {
  return Buffer.from(JSON.stringify([id, name]))
}
