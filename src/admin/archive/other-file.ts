import { constants, gunzipSync } from 'node:zlib'
import { CtoError } from '../../errors.js'
import { peek } from './peek.js'
import { block } from './tar.js'

/** A file that was never an archive of cto. Nothing else was touched. */
export class NotAnArchive extends CtoError {
  constructor(name: string, { kind, hint }: OtherFile) {
    super('BAD_FILE', `"${name}" is not an archive of cto`, {
      reason: `it is ${kind}`,
      hint: hint.replaceAll('FILE', name),
    })
  }
}

interface OtherFile {
  /** In words that follow "it is". */
  kind: string
  hint: string
}

/** The same bytes, unless they begin as a file of another kind does. @throws NotAnArchive */
export async function requireArchive(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): Promise<AsyncIterable<Uint8Array>> {
  const { start, all } = await peek(chunks, block)
  const other = otherFileOf(start)
  if (other !== null) throw new NotAnArchive(name, other)
  return all
}

const pgRestore = 'into an empty database: pg_restore --no-owner --single-transaction --dbname URL FILE'
const psql = 'into an empty database: psql -X -v ON_ERROR_STOP=1 --single-transaction --file FILE URL'
const written = 'cto db backup and cto workspaces backup write archives'
const unpack = 'unpack it, and name the archive that is in it'

const magics: readonly ({ magic: string } & OtherFile)[] = [
  { magic: 'PGDMP', kind: 'a dump of pg_dump in the custom format', hint: pgRestore },
  { magic: '-----BEGIN AGE', kind: 'encrypted by age --armor', hint: 'decrypt it first: age --decrypt' },
  { magic: 'PK\x03\x04', kind: 'a ZIP archive', hint: unpack },
  { magic: 'BZh', kind: 'compressed with bzip2', hint: unpack },
  { magic: '\xfd7zXZ', kind: 'compressed with xz', hint: unpack },
  { magic: '\x28\xb5\x2f\xfd', kind: 'compressed with zstd', hint: unpack },
  { magic: 'SQLite format 3', kind: 'an SQLite database', hint: written },
]

const texts: readonly ({ begins: RegExp } & OtherFile)[] = [
  {
    begins: /^(?:--[^\n]*\n|\s)*-- PostgreSQL database (?:cluster )?dump/,
    kind: 'a dump of pg_dump in SQL',
    hint: psql,
  },
  { begins: /^(?:--[^\n]*\n|\s)*(?:set|begin|create|insert|copy|alter)[\s;]/i, kind: 'SQL', hint: psql },
  { begins: /^\s*[[{]/, kind: 'JSON', hint: written },
  { begins: /^[^\n]*[,;\t]/, kind: 'text', hint: 'cto import csv reads exports as CSV' },
]

/** What a file is that clearly is no archive; null for an archive, whole or damaged, and for bytes of no known kind. */
export function otherFileOf(start: Buffer): OtherFile | null {
  const latin = start.toString('latin1')
  if (latin.startsWith('\x1f\x8b')) return compressed(start)
  if (latin.startsWith('ustar', 257)) return otherTar(start.toString('utf8', 0, start.indexOf(0)))
  const known = magics.find(({ magic }) => latin.startsWith(magic))
  if (known !== undefined) return fileOf(known)
  const text = start.toString('utf8').replace(/^\ufeff/, '')
  if (/[\0-\x08\x0e-\x1f\ufffd]/.test(text.slice(0, -1))) return null
  if (text.trim() === '') return null
  return fileOf(texts.find(({ begins }) => begins.test(text)) ?? { kind: 'text', hint: written })
}

function fileOf({ kind, hint }: OtherFile): OtherFile {
  return { kind, hint }
}

function otherTar(first: string): OtherFile | null {
  if (first === 'header.json') return null
  if (first === 'toc.dat') return { kind: 'a dump of pg_dump in the tar format', hint: pgRestore }
  return { kind: `a tar of other files, of which the first is ${first}`, hint: written }
}

function compressed(start: Buffer): OtherFile {
  const inner = otherFileOf(beginningOf(start))
  const kind = inner === null ? 'compressed with gzip' : `${inner.kind}, compressed with gzip`
  return {
    kind,
    hint: inner === null ? 'gunzip FILE, and name the file without .gz' : `gunzip FILE, then ${inner.hint}`,
  }
}

/** What the first bytes of a gzip file hold; nothing where they are damaged. */
function beginningOf(gzip: Buffer): Buffer {
  try {
    return gunzipSync(gzip, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 20 })
  } catch {
    return Buffer.alloc(0)
  }
}
