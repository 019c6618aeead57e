import { Readable } from 'node:stream'
import { readTar } from '../../src/admin/archive/tar.js'
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
