import type { Command } from 'commander'
import type { DecryptionKeys, EncryptionKeys } from '../admin/archive/age.js'
import { UsageError } from '../errors.js'
import type { Context } from '../context.js'
import { collect } from '../flags/options.js'
import { inputName, readSecretFile } from '../flags/text-file.js'

export interface EncryptionOptions {
  passphraseFile?: string
  recipient?: string[]
}

export interface DecryptionOptions {
  passphraseFile?: string
  identityFile?: string
}

export function addEncryption(command: Command): Command {
  return command
    .optionsGroup('Encryption, as age does it:')
    .option('--passphrase-file <file>', 'encrypt with the passphrase in this file, or CTO_BACKUP_PASSPHRASE')
    .option('--recipient <key>', 'encrypt for a public key, age1…; no secret is needed here', collect)
}

export function addDecryption(command: Command): Command {
  return command
    .optionsGroup('For an encrypted archive:')
    .option('--passphrase-file <file>', 'the file that holds the passphrase; or CTO_BACKUP_PASSPHRASE')
    .option('--identity-file <file>', 'the file of age-keygen that holds the secret key')
}

/** Null where nothing asks for encryption. @throws UsageError for a passphrase beside recipients, or an empty one */
export async function encryptionKeys(
  ctx: Context,
  options: EncryptionOptions,
): Promise<EncryptionKeys | null> {
  const { passphraseFile, recipient: recipients = [] } = options
  if (passphraseFile !== undefined && recipients.length > 0) {
    throw new UsageError('--passphrase-file and --recipient exclude each other', {
      reason: 'age encrypts with a passphrase, or for public keys',
    })
  }
  if (recipients.length > 0) return { passphrase: null, recipients }
  const passphrase = await readPassphrase(ctx, passphraseFile)
  return passphrase === null ? null : { passphrase, recipients }
}

export async function decryptionKeys(ctx: Context, options: DecryptionOptions): Promise<DecryptionKeys> {
  const { passphraseFile, identityFile } = options
  const text = identityFile === undefined ? '' : await readSecretFile(ctx, identityFile)
  const identities = text.split(/\r?\n/).filter((line) => line.startsWith('AGE-'))
  if (identityFile !== undefined && identities.length === 0) {
    throw new UsageError(`${inputName(identityFile)} holds no secret key of age`, {
      hint: 'age-keygen writes such files',
    })
  }
  return { passphrase: await readPassphrase(ctx, passphraseFile), identities }
}

/** The first line of the file, without its end: editors and `echo` add one. */
async function readPassphrase(ctx: Context, file: string | undefined): Promise<string | null> {
  const text = file === undefined ? ctx.line.env['CTO_BACKUP_PASSPHRASE'] : await readSecretFile(ctx, file)
  const [passphrase = ''] = (text ?? '').split(/\r?\n/)
  if (passphrase !== '') return passphrase
  if (file !== undefined) throw new UsageError(`${inputName(file)} holds no passphrase`)
  return null
}
