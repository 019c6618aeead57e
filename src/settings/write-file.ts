import {
  closeSync,
  fsyncSync,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { parseJson } from '../domain/parse-json.js'
import { CtoError } from '../errors.js'
import { isRecord } from './files.js'
import { readSmallFile } from '../files/small-file.js'

type Json = Record<string, unknown>

interface Change {
  /** Only the owner can read it: it can hold passwords. */
  isPrivate: boolean
  dryRun: boolean
}

/**
 * Changes a file of settings and preserves other keys, their order and the indentation. Writes the new text to a lock file
 * beside it, which only one process can create, and renames that.
 *
 * @returns whether anything changed
 */
export function changeFile(file: string, change: (content: Json) => Json, options: Change): boolean {
  // A symbolic link to settings kept elsewhere stays a link.
  const target = realPath(file)
  const before = readText(target)
  const content = parse(before ?? '{}', file)
  const after = change(content)
  const indent = /^([ \t]+)"/m.exec(before ?? '')?.[1] ?? '  '
  const text = `${JSON.stringify(after, null, indent)}\n`
  if (JSON.stringify(after) === JSON.stringify(content)) return false
  if (!options.dryRun) replace(target, text, options.isPrivate ? 0o600 : modeOf(target))
  return true
}

/** Sets a key such as `profiles.prod.url`; missing parents are created. */
export function withKey(content: Json, [key = '', ...rest]: readonly string[], value: unknown): Json {
  if (rest.length === 0) return { ...content, [key]: value }
  const inner = content[key]
  return { ...content, [key]: withKey(isRecord(inner) ? inner : {}, rest, value) }
}

export function withoutKey(content: Json, [key = '', ...rest]: readonly string[]): Json {
  const inner = content[key]
  if (rest.length > 0) return isRecord(inner) ? { ...content, [key]: withoutKey(inner, rest) } : content
  return Object.fromEntries(Object.entries(content).filter(([name]) => name !== key))
}

/** Creates its parents too. Node's `recursive` never ends below a folder that can hold none, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (!existsSync(path.dirname(folder))) makeFolder(path.dirname(folder))
  // Another process may have created it since.
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
}

function replace(file: string, text: string, mode: number): void {
  const next = `${file}.lock`
  let descriptor: number
  try {
    makeFolder(path.dirname(file))
    descriptor = openSync(next, 'wx', mode)
  } catch (error) {
    throw writeError(file, next, error)
  }
  try {
    try {
      writeSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(next, file)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
}

function writeError(file: string, next: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EEXIST') {
    return new CtoError('LOCKED', `another command is changing ${file}`, {
      hint: `try again; if none is running, delete ${next}`,
      cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR' || code === 'ENOENT') {
    return new CtoError('NOT_PERMITTED', `${file} cannot be written`, {
      reason: code,
      hint: 'give the folder to the user who runs cto, or set XDG_CONFIG_HOME',
      cause: error,
    })
  }
  return error
}

function readText(file: string): string | null {
  try {
    return readSmallFile(file).text.replace(/^\uFEFF/, '')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    if (!(error instanceof CtoError)) throw error
    throw new CtoError('NOT_CONFIGURED', `${file} ${error.message}; it was not changed`)
  }
}

function parse(text: string, file: string): Json {
  let content: unknown
  try {
    content = parseJson(text)
  } catch {
    content = null
  }
  if (isRecord(content)) return content
  throw new CtoError('NOT_CONFIGURED', `${file} is not a JSON object; it was not changed`, {
    hint: 'correct the file by hand',
  })
}

function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

function modeOf(file: string): number {
  try {
    return statSync(file).mode & 0o777
  } catch {
    return 0o644
  }
}
