import { createHash } from 'node:crypto'
import { CtoError } from '../../errors.js'
import type { ArchiveHeader, ArchiveManifest } from '../../shapes/archive.js'

/** Bytes of a member that holds no rows; a larger one is damage. A manifest has about 150 for each 4 MiB of rows. */
export const largestText = 16 * 2 ** 20

/** Adds the digest, which is over the text without it, as the last key. */
export function sealed(manifest: Omit<ArchiveManifest, 'digest'>): ArchiveManifest {
  return { ...manifest, digest: sha256(jsonText(manifest)) }
}

/** Null unless it is exactly the text of a sealed manifest. */
export async function parseManifest(text: string): Promise<ArchiveManifest | null> {
  const { Compile, archiveManifestShape } = await validation()
  const parsed = parse(text)
  if (!Compile(archiveManifestShape).Check(parsed) || !isTime(parsed.createdAt)) return null
  const { digest, ...manifest } = parsed
  return jsonText(sealed(manifest)) === text ? { ...manifest, digest } : null
}

/**
 * Null unless it is a header of ours.
 *
 * @throws CtoError NOT_CONFIGURED for an archive of a newer format
 */
export async function parseHeader(text: string): Promise<ArchiveHeader | null> {
  const { Compile, archiveHeaderShape } = await validation()
  const parsed = parse(text)
  const format = (parsed as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > 1) {
    throw new CtoError('NOT_CONFIGURED', `the archive has format ${format}, which this version cannot read`, {
      hint: 'install the version of cto that wrote it, or a newer one',
    })
  }
  return Compile(archiveHeaderShape).Check(parsed) && isTime(parsed.createdAt) ? parsed : null
}

/** The shape also accepts the 99th of a month. */
function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text))
}

/** Loaded only where an archive is read. */
async function validation() {
  const [{ Compile }, shapes] = await Promise.all([
    import('typebox/schema'),
    import('../../shapes/archive.js'),
  ])
  return { Compile, ...shapes }
}

export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
