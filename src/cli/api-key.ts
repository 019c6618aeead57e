import os from 'node:os'
import path from 'node:path'
import type { ApiKeyScope } from '../domain/delivery/api-key.js'
import type { Db } from '../engine/client.js'
import { CtoError } from '../errors.js'
import { readSmallFile } from '../files/small-file.js'
import type { Doing } from './handle-input.js'
import type { Env } from './host.js'

/** The user as whom a key acts, and the beginning of the key, for the audit log. */
export interface KeyUser {
  userId: string | null
  prefix: string
}

const administration = ['db', 'keys', 'secrets', 'config', 'workspaces']
const ingestion = [['import'], ['events'], ['sessions'], ['reviews', 'ingest'], ['repos', 'sync']]

/** The scope that a command needs. */
function neededScope({ words, effect }: Doing): ApiKeyScope {
  const [group = '', verb] = words
  if (administration.includes(group)) return 'admin'
  if (effect === 'reads' || effect === 'none') return 'read'
  if (group === 'notify') return 'notify'
  return ingestion.some(([noun, only]) => noun === group && (only ?? verb) === verb) ? 'ingest' : 'write'
}

/** The key of `CTO_API_KEY_FILE`, which only its owner may read, or of `CTO_API_KEY`; null without one. @throws CtoError */
export function presentedKey(env: Env, cwd: string): string | null {
  const file = env['CTO_API_KEY_FILE'] ?? ''
  const given = (env['CTO_API_KEY'] ?? '').trim()
  if (file === '') return given === '' ? null : given
  try {
    const { text, stat } = readSmallFile(path.resolve(cwd, file))
    if (os.platform() === 'win32' || (stat.mode & 0o077) === 0) return text.trim()
  } catch (cause) {
    throw new CtoError('NOT_CONFIGURED', `CTO_API_KEY_FILE names ${file}, which cannot be read`, { cause })
  }
  throw new CtoError('NOT_PERMITTED', `other users can read the key in ${file}`, {
    hint: `chmod 600 ${file}`,
  })
}

/**
 * The user of the presented key, where it has the scope that the command needs, or admin. A key names who acts. It is no access
 * control: the password of the database grants access, with or without a key.
 *
 * @throws CtoError NOT_PERMITTED
 */
export async function keyUser(
  db: Db,
  { text, doing, now }: { text: string; doing: Doing; now: Date },
): Promise<KeyUser> {
  const scope = neededScope(doing)
  const { findApiKey } = await import('../data/keys/api-keys.js')
  const key = await findApiKey(db, text, now)
  if (key?.state !== 'active') {
    const what = key === null ? 'is not known' : `is ${key.state}`
    throw new CtoError('NOT_PERMITTED', `the key of CTO_API_KEY ${what}`, { hint: 'unset CTO_API_KEY' })
  }
  if (!key.scopes.includes(scope) && !key.scopes.includes('admin')) {
    throw new CtoError('NOT_PERMITTED', `the key ${key.prefix} lacks the scope ${scope}`, {
      reason: `it has ${key.scopes.join(', ')}`,
      hint: `cto keys create NAME --scopes ${[...key.scopes, scope].join(',')}`,
    })
  }
  return { userId: key.userId, prefix: key.prefix }
}
