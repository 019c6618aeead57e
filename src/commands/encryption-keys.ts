import os from 'node:os'
import path from 'node:path'
import { parseEncryptionKey, type EncryptionKey } from '../domain/delivery/secret-cipher.js'
import type { EncryptionKeys } from '../data/secrets/secrets.js'
import type { Context } from '../context.js'
import { CtoError } from '../errors.js'
import { readSmallFile } from '../files/small-file.js'

/**
 * The keys of stored secrets: `CTO_ENCRYPTION_KEY_FILE` or `CTO_ENCRYPTION_KEY`, and an earlier one of `…_OLD_FILE` or `…_OLD`.
 *
 * @throws CtoError NOT_CONFIGURED without a key or with an invalid one; NOT_PERMITTED where other users can read the file
 */
export function encryptionKeys(ctx: Context): EncryptionKeys {
  const current = keyOf(ctx, 'CTO_ENCRYPTION_KEY')
  const old = keyOf(ctx, 'CTO_ENCRYPTION_KEY_OLD')
  if (current) return { current, old: old ? [old] : [] }
  throw new CtoError('NOT_CONFIGURED', 'there is no key for secrets', {
    reason: 'CTO_ENCRYPTION_KEY_FILE and CTO_ENCRYPTION_KEY are not set',
    hint: '(umask 077; openssl rand -base64 32 > cto.key); export CTO_ENCRYPTION_KEY_FILE=$PWD/cto.key',
  })
}

function keyOf(ctx: Context, variable: string): EncryptionKey | null {
  const file = ctx.line.env[`${variable}_FILE`] ?? ''
  const text = file === '' ? (ctx.line.env[variable] ?? '') : readKeyFile(ctx, { variable, file })
  if (text === '') return null
  const key = parseEncryptionKey(text)
  if (key) return key
  throw new CtoError('NOT_CONFIGURED', `${file === '' ? variable : `${variable}_FILE`} holds no key`, {
    reason: 'a key is 32 bytes, in base64 or hexadecimal',
    hint: 'openssl rand -base64 32',
  })
}

function readKeyFile(ctx: Context, { variable, file }: { variable: string; file: string }): string {
  const found = readOrRefuse(ctx, { variable, file })
  if (os.platform() !== 'win32' && (found.stat.mode & 0o077) !== 0) {
    throw new CtoError('NOT_PERMITTED', `other users can read the key in ${file}`, {
      hint: `chmod 600 ${file}`,
    })
  }
  return found.text
}

function readOrRefuse(ctx: Context, { variable, file }: { variable: string; file: string }) {
  try {
    return readSmallFile(path.resolve(ctx.line.cwd, file))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = cause instanceof CtoError ? cause.message : code
    throw new CtoError('NOT_CONFIGURED', `${variable}_FILE names ${file}, which cannot be read`, {
      reason,
      cause,
    })
  }
}
