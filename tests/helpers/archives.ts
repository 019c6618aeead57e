import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { jsonText, sealed } from '../../src/admin/archive/manifest.js'
import { readTar, tarEnd, tarMember } from '../../src/admin/archive/tar.js'
import type { ArchiveManifest } from '../../src/shapes/archive.js'

/** Bytes as they may arrive. */
export async function* chunksOf(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
}

export function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  return Readable.from(items).toArray() as Promise<Item[]>
}

/** The members of an archive by name, in order. */
export async function membersOf(archive: Buffer): Promise<Map<string, Buffer>> {
  const members = await collect(readTar(chunksOf(archive)))
  return new Map(members.map(({ name, body }) => [name, Buffer.from(body)]))
}

export function manifestIn(members: ReadonlyMap<string, Buffer>): ArchiveManifest {
  return JSON.parse(String(members.get('manifest.json'))) as ArchiveManifest
}

/** The SHA-256 of the rows of each table but the audit log, which a restore and a copy write to. */
export async function sumsIn(file: string): Promise<Record<string, string>> {
  const { tables } = manifestIn(await membersOf(await readFile(file)))
  const sums = Object.entries(tables).map(([name, { sha256 }]) => [name, sha256] as const)
  return Object.fromEntries(sums.filter(([name]) => name !== 'audit_log'))
}

/** An archive with other members, and a manifest that describes them: damage that only a person can make. */
export async function forged(
  archive: Buffer,
  change: (members: Map<string, Buffer>, manifest: Omit<ArchiveManifest, 'digest'>) => void,
): Promise<Buffer> {
  const members = await membersOf(archive)
  const { digest, ...manifest } = manifestIn(members)
  members.delete('manifest.json')
  change(members, manifest)
  manifest.members = [...members].map(([name, body]) => ({
    name,
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
  }))
  members.set('manifest.json', Buffer.from(jsonText(sealed(manifest))))
  const at = new Date(manifest.createdAt)
  return Buffer.concat([...[...members].map(([name, body]) => tarMember({ name, body }, at)), tarEnd])
}
