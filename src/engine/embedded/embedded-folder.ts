import {
  access,
  chmod,
  constants,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { CtoError } from '../../errors.js'
import { makeFolder } from '../../files/make-folder.js'
import { codeOf } from './lock-errors.js'
import { openFailure } from '../connection/open-failure.js'
import { readTemplate, type StartOptions } from './start-pglite.js'

interface OpenFolder {
  home: string
  /** The dumped, migrated data folder that a new database starts from. */
  template: string
  longWork: boolean
}

/** The content of `db.json`, which describes the data beside it: PostgreSQL opens no folder of another major version. */
interface Format {
  engine: 'pglite'
  postgresql: number
  /** False while the folder is being created: a process that finds it so starts over, since nothing is stored in it yet. */
  complete: boolean
}

const format: Format = { engine: 'pglite', postgresql: 18, complete: true }

/** PostgreSQL requires that only the owner has access to its data. */
const ownFolder = 0o700
const ownFile = 0o600

/** @throws CtoError NOT_PERMITTED */
export async function makeHome(home: string): Promise<void> {
  try {
    await makeFolder(home)
    await access(home, constants.W_OK)
  } catch (error) {
    throw new CtoError('NOT_PERMITTED', `no database can be kept in ${home}`, {
      reason: await whyNot(home, error),
      hint: 'set CTO_HOME to a writable folder, or DATABASE_URL to a server',
      cause: error,
    })
  }
}

/** On a read-only file system Node reports ENOENT for a new folder; access to a parent gives the real reason. */
async function whyNot(folder: string, error: unknown): Promise<string> {
  const { code, message } = error as NodeJS.ErrnoException
  if (code !== 'ENOENT') return message
  return access(path.dirname(folder), constants.W_OK).then(
    () => message,
    (parents: unknown) => whyNot(path.dirname(folder), parents),
  )
}

/** Whether there is a data folder, complete or not. */
export function hasFolder(home: string): Promise<boolean> {
  return exists(path.join(home, 'db'))
}

/** Opens the data folder with `startEngine`, or creates it (then `created` is true). The caller must hold the lock. */
export async function openFolder<Started>(
  { home, template, longWork }: OpenFolder,
  startEngine: (options: StartOptions) => Promise<Started>,
): Promise<{ started: Started; created: boolean }> {
  const dataDir = path.join(home, 'db')
  const start = async (loadDataDir?: Blob) => {
    try {
      return await startEngine({ dataDir, loadDataDir, longWork })
    } catch (error) {
      throw await openFailure(home, error)
    }
  }
  if (await isWhole(home)) {
    await closeToOthers(dataDir)
    return { started: await start(), created: false }
  }
  await recordFormat(home, { ...format, complete: false })
  await rm(dataDir, { recursive: true, force: true })
  try {
    await mkdir(dataDir, { mode: ownFolder })
    const started = await start(await readTemplate(template))
    await setModes(dataDir)
    await recordFormat(home, format)
    return { started, created: true }
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
}

/** Without access to the folder, other users reach no file in it, whatever the modes of the files and of the home. */
async function closeToOthers(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & 0o077) !== 0) await chmod(folder, ownFolder)
}

/** PGlite unpacks its template with the template's modes and ignores the umask. */
async function setModes(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  await Promise.all(
    entries.map((entry) =>
      chmod(path.join(entry.parentPath, entry.name), entry.isDirectory() ? ownFolder : ownFile),
    ),
  )
}

/** Copies the data folder to `name`. An existing copy is replaced only after the new one is complete. */
export async function copyFolder(home: string, name: string): Promise<void> {
  const copy = path.join(home, name)
  const partial = `${copy}.partial`
  await rm(partial, { recursive: true, force: true })
  try {
    await mkdir(partial, { mode: ownFolder })
    await cp(path.join(home, 'db'), partial, { recursive: true })
    await rm(`${partial}/postmaster.pid`, { force: true })
    await rm(copy, { recursive: true, force: true })
    await rename(partial, copy)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

/** @throws CtoError NOT_CONFIGURED for data that this release cannot read; such data is never changed */
async function isWhole(home: string): Promise<boolean> {
  const [recorded, hasData] = await Promise.all([readFormat(home), hasFolder(home)])
  if (!hasData || recorded?.complete === false) return false
  if (recorded?.engine === format.engine && recorded.postgresql === format.postgresql) return true
  throw new CtoError('NOT_CONFIGURED', `${home} holds a database of another format`, {
    reason: recorded
      ? `it was written by PostgreSQL ${recorded.postgresql ?? 'unknown'}; this release reads ${format.postgresql}`
      : 'db.json, the record of its format, is missing or broken',
    hint: 'back it up with the release that wrote it and restore it with this one, or set another CTO_HOME',
  })
}

/** Null if the file is missing or cannot be parsed. */
async function readFormat(home: string): Promise<Partial<Format> | null> {
  try {
    return JSON.parse(await readFile(path.join(home, 'db.json'), 'utf8')) as Partial<Format> | null
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

async function recordFormat(home: string, record: Format): Promise<void> {
  const file = path.join(home, 'db.json')
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(record)}\n`, { mode: ownFile })
    await rename(`${file}.new`, file)
  } catch (error) {
    await rm(`${file}.new`, { force: true })
    throw error
  }
}
