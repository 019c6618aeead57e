import { CtoError } from '../../errors.js'
import { DamagedArchive } from './damage.js'
import { peek } from './peek.js'

/** How an archive is encrypted: by a passphrase, or for recipients, who alone can read it. */
export interface EncryptionKeys {
  passphrase: string | null
  /** `age1…` */
  recipients: readonly string[]
}

export interface DecryptionKeys {
  passphrase: string | null
  /** `AGE-SECRET-KEY-1…` */
  identities: readonly string[]
}

/** The first bytes of a file of age. */
const magic = Buffer.from('age-encryption.org/v1\n')

/** Encrypts as `age` does; `age --decrypt` reads it. @throws CtoError INVALID_VALUE for an invalid recipient */
export async function* encrypt(
  chunks: AsyncIterable<Uint8Array>,
  { passphrase, recipients }: EncryptionKeys,
): AsyncGenerator<Uint8Array> {
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  try {
    if (passphrase !== null) encrypter.setPassphrase(passphrase)
    for (const recipient of recipients) encrypter.addRecipient(recipient)
  } catch (cause) {
    throw new CtoError('INVALID_VALUE', 'a recipient is not a public key of age', {
      hint: 'write it as age-keygen prints it: age1…',
      cause,
    })
  }
  yield* (await encrypter.encrypt(streamOf(chunks))) as AsyncIterable<Uint8Array>
}

/**
 * What an archive holds, encrypted or not.
 *
 * @throws CtoError NOT_CONFIGURED without a key, NOT_PERMITTED for another key; DamagedArchive
 */
export async function* decrypt(
  chunks: AsyncIterable<Uint8Array>,
  keys: DecryptionKeys,
): AsyncGenerator<Uint8Array> {
  const { start, all } = await peek(chunks, magic.length)
  if (start.equals(magic)) yield* decrypted(all, keys)
  else yield* all
}

async function* decrypted(
  chunks: AsyncIterable<Uint8Array>,
  { passphrase, identities }: DecryptionKeys,
): AsyncGenerator<Uint8Array> {
  if (passphrase === null && identities.length === 0) {
    throw new CtoError('NOT_CONFIGURED', 'the archive is encrypted', {
      hint: 'add --passphrase-file FILE or --identity-file FILE, or set CTO_BACKUP_PASSPHRASE',
    })
  }
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  const plain = await (async () => {
    try {
      if (passphrase !== null) decrypter.addPassphrase(passphrase)
      for (const identity of identities) decrypter.addIdentity(identity)
      return await decrypter.decrypt(streamOf(chunks))
    } catch (cause) {
      const isOther = cause instanceof Error && /no identity matched/i.test(cause.message)
      if (!isOther) throw new DamagedArchive('its encryption cannot be read')
      throw new CtoError('NOT_PERMITTED', 'the archive is encrypted with another key', { cause })
    }
  })()
  try {
    yield* plain as AsyncIterable<Uint8Array>
  } catch (error) {
    if (error instanceof CtoError) throw error
    throw new DamagedArchive('it is cut off or changed')
  }
}

/** Keys with which the same person can read an archive; null where there are none. */
export async function keysToEncrypt({
  passphrase,
  identities,
}: DecryptionKeys): Promise<EncryptionKeys | null> {
  if (passphrase !== null) return { passphrase, recipients: [] }
  if (identities.length === 0) return null
  const { identityToRecipient } = await import('age-encryption')
  return {
    passphrase: null,
    recipients: await Promise.all(identities.map((each) => identityToRecipient(each))),
  }
}

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from<Uint8Array>(chunks)
}
