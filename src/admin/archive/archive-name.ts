import { createHash } from 'node:crypto'

/** The parts of an archive's file name. */
export interface ArchiveName {
  /** Of the database, or of `--name`. */
  name: string
  createdAt: Date
  /** Tables were left out. */
  partial: boolean
  encrypted: boolean
}

/** `web-20261126T034500Z.cto.tar`; a partial one ends in `-partial`, an encrypted one in `.age`. */
export function archiveFileName({ name, createdAt, partial, encrypted }: ArchiveName): string {
  const time = createdAt.toISOString().replace(/[-:]|\.\d+/g, '')
  return `${inFileName(name)}-${time}${partial ? '-partial' : ''}.cto.tar${encrypted ? '.age' : ''}`
}

/** File systems take 255 bytes, with the time, the endings and those of a file that is being written. */
const longest = 200

/** A name as the name of a file has it, which is not hidden and looks like no flag. A long one ends in a digest of the whole. */
export function inFileName(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_').replace(/^[.-]+/, '_')
  if (plain.length <= longest) return plain
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${plain.slice(0, longest - digest.length - 1)}_${digest}`
}

const pattern =
  /^(?<name>.+)-(?<day>\d{8})T(?<time>\d{6})Z(?<partial>-partial)?\.cto\.tar(?<encrypted>\.age)?$/

/** Null for a file of another kind. */
export function parseArchiveFileName(file: string): ArchiveName | null {
  const { name, day = '', time = '', partial, encrypted } = pattern.exec(file)?.groups ?? {}
  if (name === undefined) return null
  const iso = `${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`
  const createdAt = new Date(iso)
  if (Number.isNaN(createdAt.getTime())) return null
  return { name, createdAt, partial: partial !== undefined, encrypted: encrypted !== undefined }
}
