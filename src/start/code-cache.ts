import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'

/**
 * What V8 compiled of some scripts, by their names. In a file: the length of the header (4 bytes, little endian), the
 * header (JSON: the name, place and length of each script's data), the data.
 */
export type CodeCache = ReadonlyMap<string, Buffer>

type Place = [name: string, at: number, length: number]

/** Fewer than the verbs of a build, of which a user needs a part; a file takes about 1 MB. */
const mostFiles = 100
/** Builds, and versions of Node, whose folders are kept beside the one in use. */
const mostFolders = 3

/**
 * The data in a file; empty where there is no file, or where it cannot be trusted: V8 runs what is in it, so it must
 * belong to the user and be writable by no other.
 *
 * @param uid of the user; undefined where the system has none
 */
export function readCodeCache(file: string, uid: number | undefined): CodeCache {
  const bytes = ownBytes(file, uid)
  if (bytes === null || bytes.length < 4) return new Map()
  try {
    const start = 4 + bytes.readUInt32LE(0)
    const places = JSON.parse(bytes.toString('utf8', 4, start)) as Place[]
    const isWhole = places.every(([, at, length]) => start + at + length <= bytes.length)
    if (!isWhole) return new Map()
    return new Map(
      places.map(([name, at, length]) => [name, bytes.subarray(start + at, start + at + length)]),
    )
  } catch {
    return new Map()
  }
}

function ownBytes(file: string, uid: number | undefined): Buffer | null {
  let descriptor
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return null
  }
  try {
    const stat = fstatSync(descriptor)
    const isOwn = stat.isFile() && (uid === undefined || (stat.uid === uid && (stat.mode & 0o022) === 0))
    return isOwn ? readFileSync(descriptor) : null
  } catch {
    return null
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Replaces a file in one step, or leaves it as it is where the folder cannot be written: the cache is a gain, never a
 * need. The first file of a folder removes the folders beside it that were used least recently.
 *
 * @param name to tell the unfinished files of processes apart
 */
export function writeCodeCache(file: string, cache: CodeCache, name: string): void {
  const unfinished = `${file}.${name}`
  try {
    const folder = path.dirname(file)
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) removeOldest(path.dirname(folder))
    if (readdirSync(folder).length >= mostFiles) return
    const descriptor = openSync(unfinished, 'wx', 0o600)
    try {
      writeFileSync(descriptor, bytesOf(cache))
      // Without it, a loss of power could leave the new name on a file of zeros.
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(unfinished, file)
  } catch {
    discard(unfinished)
  }
}

function discard(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // It was never created.
  }
}

function bytesOf(cache: CodeCache): Buffer {
  const places: Place[] = []
  let at = 0
  for (const [name, data] of cache) {
    places.push([name, at, data.length])
    at += data.length
  }
  const header = Buffer.from(JSON.stringify(places))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  return Buffer.concat([length, header, ...cache.values()])
}

function removeOldest(folder: string): void {
  const folders = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .map((each) => ({ each, usedAt: statSync(each).mtimeMs }))
    .sort((a, b) => b.usedAt - a.usedAt)
  for (const { each } of folders.slice(mostFolders + 1)) rmSync(each, { recursive: true, force: true })
}
