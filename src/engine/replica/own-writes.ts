import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../database.js'
import { translateError } from '../errors.js'
import { clusterOf, writtenPosition, type LogPosition } from './standby-state.js'

/*
 * What this user wrote last, so that reads from a standby include it: a folder for each database, in it an empty file that
 * is named by the position in the log. Commands that end at the same time each make their own, and the highest name counts.
 */

/**
 * After a write: from here on reads from a standby wait for it.
 *
 * @param folder in the user's state folder
 */
export async function noteOwnWrites({ tables: { connection } }: Database, folder: string): Promise<void> {
  const { pool, target } = connection
  try {
    await keepOwnWrite(folder, await clusterOf(pool), await writtenPosition(pool))
  } catch (error) {
    throw translateError(error, target)
  }
}

async function keepOwnWrite(folder: string, cluster: string, position: LogPosition): Promise<void> {
  const place = path.join(folder, cluster)
  await mkdir(place, { recursive: true, mode: 0o700 })
  const name = nameOf(position)
  await writeFile(path.join(place, name), '', { mode: 0o600 })
  const passed = (await readdir(place)).filter((other) => other < name)
  await Promise.all(passed.map((other) => rm(path.join(place, other), { force: true })))
}

/** Null if nothing was written yet. */
export async function lastOwnWrite(folder: string, cluster: string): Promise<LogPosition | null> {
  const names = await readdir(path.join(folder, cluster)).catch(() => [])
  const last = names
    .filter((name) => /^[0-9A-F]{8}-[0-9A-F]{8}$/.test(name))
    .sort()
    .at(-1)
  return last === undefined ? null : last.replace('-', '/')
}

/** Names sort as positions do. */
function nameOf(position: LogPosition): string {
  return position
    .split('/')
    .map((half) => half.padStart(8, '0'))
    .join('-')
}
