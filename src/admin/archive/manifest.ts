import { createHash } from 'node:crypto'
import { Compile } from 'typebox/schema'
import { CtoError } from '../../errors.js'
import {
  archiveHeaderShape,
  archiveManifestShape,
  type ArchiveHeader,
  type ArchiveManifest,
} from '../../shapes/archive.js'

/** Adds the digest, which is over the text without it, as the last key. */
export function sealed(manifest: Omit<ArchiveManifest, 'digest'>): ArchiveManifest {
  return { ...manifest, digest: sha256(jsonText(manifest)) }
}

/** Null unless it is exactly the text of a sealed manifest. */
export function parseManifest(text: string): ArchiveManifest | null {
  const parsed = parse(text)
  if (parsed === null || !Compile(archiveManifestShape).Check(parsed)) return null
  const { digest, ...manifest } = parsed
  return jsonText(sealed(manifest)) === text ? { ...manifest, digest } : null
}

/**
 * Null unless it is a header of ours.
 *
 * @throws CtoError NOT_CONFIGURED for an archive of a newer format
 */
export function parseHeader(text: string): ArchiveHeader | null {
  const parsed = parse(text)
  const format = (parsed as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > 1) {
    throw new CtoError('NOT_CONFIGURED', `the archive has format ${format}, which this version cannot read`, {
      hint: 'npm install -g cto@latest',
    })
  }
  return parsed !== null && Compile(archiveHeaderShape).Check(parsed) ? parsed : null
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
