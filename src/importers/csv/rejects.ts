import { constants } from 'node:fs'
import { copyFile, type FileHandle, link, open, readFile, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Writable } from 'node:stream'

import { CtoError } from '../../errors.js'
import { systemReason } from '../../files/file-failure.js'
import { type Dialect, quotedCell, separatorOf } from './dialect.js'
import type { Encoding } from './encoding.js'
import { encoder, startOfFile } from './encode.js'
import { excerpt } from '../spelling.js'
import { rejectColumns } from './reject-columns.js'
import type { Row } from './rows.js'
import type { FoundTable } from './table.js'

/** Why a row is rejected. */
export interface RejectReason {
  /** The header in the file; null if the file has no such column, or for the whole record. */
  column: string | null
  /** Our name for the column. */
  field: string | null
  value: string
  code: string
  reason: string
  /** The flag or step that fixes it, if there is one. */
  fix?: string | undefined
}

/** The file that the rows come from. */
export interface RejectedFrom {
  source: { name: string }
  encoding: Encoding
  table: FoundTable
  preset: { name: string }
  externalSource: string
}

/** Stores rejected rows until the import is committed. */
export interface Rejects {
  add: (row: Row, reasons: readonly RejectReason[]) => Promise<void>
  /** Called before the commit, so that a full disk still stops the import. */
  flush: () => Promise<void>
  /** Called after the commit: renames the file and returns its name; null if no row was rejected or no file is written. */
  keep: () => Promise<string | null>
  /** Called after a rollback. */
  discard: () => Promise<void>
}

/** For `--rejects none` and dry runs. */
export const noRejects: Rejects = {
  add: async () => {},
  flush: async () => {},
  keep: () => Promise.resolve(null),
  discard: async () => {},
}

export interface RejectsOptions {
  /** The current folder. */
  folder: string
  /** `--rejects PATH`; default `<name>.rejects.csv` in the folder. */
  path?: string | undefined
  /** `--rejects -`: the stream for the rows, instead of a file. */
  output?: Writable | undefined
}

const bufferedBytes = 64 * 1024

/**
 * Writes rejected rows, byte for byte, after columns with the reasons, for the user to correct and import again. The file
 * is created with the first row, next to its final path, so that a folder that is not writable stops the import.
 */
export function rejectsFile(plan: RejectedFrom, { folder, path, output }: RejectsOptions): Rejects {
  const wanted = path ?? join(folder, rejectsName(plan.source.name))
  const encode = encoder(plan.encoding)
  const line = rejectLine(plan.table.dialect, lineEndOf(plan))
  let part: { handle: FileHandle; path: string } | null = null
  let buffered: Buffer[] = []
  let bytes = 0

  const flush = async (): Promise<void> => {
    await part?.handle.appendFile(Buffer.concat(buffered))
    buffered = []
    bytes = 0
  }
  const write = async (text: string): Promise<void> => {
    const encoded = encode(text)
    buffered.push(encoded)
    bytes += encoded.length
    if (bytes >= bufferedBytes) await flush()
  }
  const close = async (): Promise<void> => {
    if (part === null) return
    await part.handle.close()
    await rm(part.path, { force: true })
    part = null
  }

  return {
    add: async (row, why) => {
      if (part === null) {
        part = await openPart(output === undefined ? wanted : join(folder, rejectsName(plan.source.name)))
        await write(startOfFile(plan.encoding) + line(rejectColumns, headerOf(plan)))
      }
      await write(line(cellsOf(row, why, plan), row.raw))
    },
    flush,
    keep: async () => {
      if (part === null) return null
      await flush()
      const kept = output === undefined ? await giveFreeName(part.path, wanted) : '-'
      output?.write(await readFile(part.path))
      await close()
      return kept
    },
    discard: close,
  }
}

/** `bugs.csv.gz` → `bugs.rejects.csv`; rejects of a rejects file do not repeat the extension. */
function rejectsName(name: string): string {
  return `${name
    .replace(/\.gz$/i, '')
    .replace(/\.\w{1,4}$/, '')
    .replace(/\.rejects(?:-\d+)?$/, '')}.rejects.csv`
}

function cellsOf(
  row: Row,
  reasons: readonly RejectReason[],
  { preset, externalSource }: RejectedFrom,
): string[] {
  const each = (part: (reason: RejectReason) => string): string => reasons.map(part).join('\n')
  return [
    String(row.number),
    String(row.firstLine),
    String(row.lastLine),
    each(({ column, field }) => column ?? field ?? ''),
    each(({ value }) => excerpt(value)),
    each(({ code }) => code),
    each(({ reason }) => reason),
    reasons.some(({ fix }) => fix !== undefined) ? each(({ fix = '' }) => asSentence(fix)) : '',
    preset.name,
    externalSource,
  ]
}

/** A spreadsheet reads a cell that starts with `-` as a formula. */
function asSentence(fix: string): string {
  return fix.startsWith('-') ? `add ${fix}` : fix
}

/** Our columns, in the quoting of the file, followed by the record's own text. */
function rejectLine(dialect: Dialect, lastEnd: string): (ours: readonly string[], raw: string) => string {
  const separator = separatorOf(dialect)
  return (ours, raw) => {
    const end = raw.endsWith(dialect.lineEnd) ? '' : lastEnd
    return [...ours.map((cell) => quotedCell(cell, dialect)), raw].join(separator) + end
  }
}

/** A file without a header gets the names of its columns in cto: those of a known layout, or #1, #2, … */
function headerOf({ table }: RejectedFrom): string {
  return table.headerText ?? table.columns.join(separatorOf(table.dialect))
}

function lineEndOf({ table }: RejectedFrom): string {
  return table.headerText?.endsWith('\r\n') === true ? '\r\n' : table.dialect.lineEnd
}

async function openPart(wanted: string): Promise<{ handle: FileHandle; path: string }> {
  for (let number = 1; ; number += 1) {
    const path = `${wanted}.${number}.part`
    try {
      return { handle: await open(path, 'wx', 0o600), path }
    } catch (cause) {
      if (hasCode(cause, 'EEXIST') && number < 100) continue
      throw new CtoError('NOT_PERMITTED', `cannot write the rejected rows to "${wanted}"`, {
        reason: systemReason(cause, wanted),
        hint: '--rejects PATH in a writable folder, or --rejects none',
        cause,
      })
    }
  }
}

/** Never overwrites a file: appends `-2`, `-3`, … */
async function giveFreeName(part: string, wanted: string): Promise<string> {
  const extension = extname(wanted)
  const stem = wanted.slice(0, wanted.length - extension.length)
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? wanted : `${stem}-${number}${extension}`
    try {
      await giveName(part, path)
      return path
    } catch (error) {
      if (hasCode(error, 'EEXIST')) continue
      const code = hasCode(error, 'ENOSPC') ? 'DISK_FULL' : 'NOT_PERMITTED'
      throw new CtoError(code, `the import is stored, but "${path}" for its rejected records is not`, {
        reason: systemReason(error, path),
        hint: `they are in "${part}"`,
        cause: error,
      })
    }
  }
}

/** A hard link needs no space on a full disk; some file systems have none, so a copy is the fallback. */
async function giveName(part: string, path: string): Promise<void> {
  try {
    await link(part, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw error
    await copyFile(part, path, constants.COPYFILE_EXCL)
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
