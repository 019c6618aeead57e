import { createHash, type Hash } from 'node:crypto'
import type { ArchiveHeader, ArchiveManifest } from '../../shapes/archive.js'
import { DamagedArchive } from './damage.js'
import { inOrder } from './in-order.js'
import { jsonText, largestText, parseHeader, parseManifest, sha256 } from './manifest.js'
import { countColumns, countRows, largestPiece } from './pieces.js'
import { readTar, TarDamage, type TarMember } from './tar.js'
import { claimedBytes, unpack } from './unpack.js'
import { pieceName } from './write.js'

/** An archive as it is read: its header, rows of its tables in order, its manifest. */
export type ArchivePart =
  | { kind: 'header'; header: ArchiveHeader }
  /** Some rows of a table, as COPY text. */
  | { kind: 'rows'; table: string; text: Buffer; rows: number }
  /** Only after every byte was read and compared with it. */
  | { kind: 'manifest'; manifest: ArchiveManifest }

interface Member {
  name: string
  body: Uint8Array
  /** What a piece holds. */
  text: Buffer | null
}

/** A manifest that lists more would be larger than `largestText`. */
const mostMembers = 2 ** 17

/**
 * Reads an archive and checks all of it: every byte is in its place, or it is damaged. What was read of a damaged one must
 * not be kept.
 *
 * @throws DamagedArchive; CtoError NOT_CONFIGURED for a newer format
 */
export async function* readArchive(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArchivePart> {
  const record = new Inventory()
  try {
    for await (const member of inOrder(readTar(chunks, mostBytesOf), bytesOf, unpackMember)) {
      const part = await record.take(member)
      if (part !== null) yield part
    }
  } catch (error) {
    throw error instanceof TarDamage ? new DamagedArchive(error.message) : error
  }
  yield { kind: 'manifest', manifest: record.finish() }
}

/**
 * The same, with its header read: a file that is no archive is rejected before any question or write.
 *
 * @throws as `readArchive`
 */
export async function openArchive(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ header: ArchiveHeader; parts: AsyncGenerator<ArchivePart> }> {
  const rest = readArchive(chunks)
  const next = await rest.next()
  if (next.done || next.value.kind !== 'header')
    throw new Error('an archive that can be read begins with its header')
  const first = next.value
  const parts = (async function* () {
    yield first
    yield* rest
  })()
  return { header: first.header, parts }
}

function holdsRows(name: string): boolean {
  return name.startsWith('tables/')
}

/** What gzip cannot compress becomes hardly larger. */
function mostBytesOf(name: string): number {
  return holdsRows(name) ? largestPiece + largestPiece / 1024 : largestText
}

function bytesOf({ name, body }: TarMember): number {
  return body.length + (holdsRows(name) ? claimedBytes(body) : 0)
}

async function unpackMember({ name, body }: TarMember): Promise<Member> {
  return { name, body, text: holdsRows(name) ? await unpack(name, body) : null }
}

interface TableSoFar {
  rows: number
  bytes: number
  pieces: number
  sum: Hash
}

/** What was read so far, for comparison with the manifest. */
class Inventory {
  private header: ArchiveHeader | null = null
  private manifest: ArchiveManifest | null = null
  private readonly members: ArchiveManifest['members'] = []
  private readonly tables = new Map<string, TableSoFar>()
  /** What has to follow, in order; of a table, its first piece. */
  private expected: string[] = ['header.json']

  async take(member: Member): Promise<ArchivePart | null> {
    const { name, body, text } = member
    if (this.members.length > mostMembers) throw new DamagedArchive('it has more members than any archive')
    if (text !== null) return this.takeRows(member, text)
    this.expect(name)
    if (name === 'manifest.json') {
      this.manifest = await parseManifest(String(body))
      return null
    }
    this.members.push({ name, bytes: body.length, sha256: sha256(body) })
    return name === 'header.json' ? this.takeHeader(body) : null
  }

  private async takeHeader(body: Uint8Array): Promise<ArchivePart> {
    const header = await parseHeader(String(body))
    if (header === null) throw new DamagedArchive('header.json is not a header of cto')
    this.header = header
    this.expected = [
      'README.txt',
      ...header.migrations.map(({ name }) => `migrations/${name}/migration.sql`),
      ...Object.keys(header.tables).map((table) => pieceName(table, 1)),
      'manifest.json',
    ]
    return { kind: 'header', header }
  }

  private takeRows({ name, body }: Member, text: Buffer): ArchivePart {
    const [, table = ''] = name.split('/')
    const soFar = this.tables.get(table) ?? { rows: 0, bytes: 0, pieces: 0, sum: createHash('sha256') }
    if (soFar.pieces === 0) this.expect(name)
    else if (name !== pieceName(table, soFar.pieces + 1)) throw new DamagedArchive(`${name} is out of place`)
    this.tables.set(table, soFar)
    soFar.pieces++
    const columns = this.header?.tables[table]?.columns.length ?? 0
    if (text.length > 0 && countColumns(text) !== columns)
      throw new DamagedArchive(`${name} holds no rows of ${table}`)
    const rows = countRows(text)
    soFar.rows += rows
    soFar.bytes += text.length
    soFar.sum.update(text)
    this.members.push({ name, bytes: body.length, sha256: sha256(body) })
    return { kind: 'rows', table, text, rows }
  }

  private expect(name: string): void {
    const next = this.expected.shift()
    if (next !== name) throw new DamagedArchive(`${name} is out of place`)
  }

  /** The manifest, which is what was read. */
  finish(): ArchiveManifest {
    const { header, manifest } = this
    if (header === null || this.expected.length > 0) throw new DamagedArchive('it is cut off')
    if (manifest === null) throw new DamagedArchive('manifest.json is not as it was written')
    this.members.forEach(({ name, sha256: sum }, at) => {
      if (manifest.members[at]?.sha256 !== sum) throw new DamagedArchive(`${name} is not as it was written`)
    })
    for (const { name, checksum } of header.migrations) {
      const sql = this.members.find((member) => member.name === `migrations/${name}/migration.sql`)
      if (sql?.sha256 !== checksum) throw new DamagedArchive(`the SQL of ${name} is another`)
    }
    const { figures, members, digest, ...stated } = manifest
    const tables = Object.entries(header.tables).map(([name, head]) => {
      const { sum, ...read } = this.tables.get(name) ?? {
        rows: 0,
        bytes: 0,
        pieces: 0,
        sum: createHash('sha256'),
      }
      const { rows, bytes, pieces } = read
      return [name, { ...head, rows, bytes, sha256: sum.digest('hex'), pieces }] as const
    })
    const found = { ...header, tables: Object.fromEntries(tables) }
    if (jsonText({ ...found, members: this.members }) !== jsonText({ ...stated, members })) {
      throw new DamagedArchive('manifest.json does not describe what is in the archive')
    }
    return manifest
  }
}
