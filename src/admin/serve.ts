import { platform } from 'node:os'
import { CtoError } from '../errors.js'
import { serveEmbedded, type ServeSettings } from '../engine/serve.js'
import type { Serving } from '../shapes/database.js'

/**
 * Serves the embedded database until the signal or the idle timeout.
 *
 * @throws CtoError NOT_CONFIGURED on Windows, CONFLICT where another process serves it, LOCKED, NOT_PERMITTED
 */
export async function serve(
  settings: ServeSettings,
  onListening: (serving: Serving) => Promise<void>,
): Promise<void> {
  requireSockets()
  await serveEmbedded(settings, ({ folder, user, database }) =>
    onListening({
      folder,
      pid: settings.at.embedded.owner.pid,
      psql: `psql "host='${folder}' user=${user} dbname=${database}"`,
      url: `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`,
    }),
  )
}

/** @throws CtoError NOT_CONFIGURED on Windows */
export function requireSockets(): void {
  if (platform() !== 'win32') return
  throw new CtoError('NOT_CONFIGURED', 'the embedded database cannot be served on Windows', {
    reason:
      'PostgreSQL listens on no socket there that only you may open, and the embedded database has no passwords',
    hint: 'use WSL, or a server in DATABASE_URL',
  })
}
