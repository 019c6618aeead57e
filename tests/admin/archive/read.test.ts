import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { DamagedArchive } from '../../../src/admin/archive/damage.js'
import { jsonText, largestText, parseManifest, sealed } from '../../../src/admin/archive/manifest.js'
import { largestPiece } from '../../../src/admin/archive/pieces.js'
import { readArchive } from '../../../src/admin/archive/read.js'
import { tarEnd, tarMember } from '../../../src/admin/archive/tar.js'
import { writeArchive, type ArchiveSource } from '../../../src/admin/archive/write.js'
import { chunksOf, collect, forged, manifestIn, membersOf } from '../../helpers/archives.js'

const at = new Date('2026-03-02T09:00:00Z')
const sql = 'CREATE TABLE bugs (id int, title text);\n'
const migration = { name: '2026_first', checksum: createHash('sha256').update(sql).digest('hex'), sql }
const rows = Buffer.from(Array.from({ length: 60_000 }, (_, n) => `${n}\t${'x'.repeat(n % 200)}\n`).join(''))

const source: ArchiveSource = {
  header: {
    format: 1,
    id: '5eed0000-0001-4000-8000-000000000001',
    tool: 'cto/1.2.3',
    createdAt: at.toISOString(),
    name: 'web',
    engine: 'postgresql',
    serverVersion: '18.1',
    migrations: [{ name: migration.name, checksum: migration.checksum }],
    sequences: [{ name: 'bug_number_seq', last: '1010', isCalled: true }],
    excluded: [],
    tables: {
      bugs: { columns: ['id', 'title'], types: ['integer', 'text'], order: ['id'] },
      empty: { columns: ['id'], types: ['integer'], order: ['id'] },
    },
  },
  migrations: [migration],
  rows: (table) => chunksOf(table === 'bugs' ? rows : Buffer.alloc(0)),
  figures: { kpis: {}, month: {} },
}

let archive: Buffer
/** Where the header of each member begins, and the end of the last. */
let bounds: { name: string; start: number; body: number; end: number }[]

beforeAll(async () => {
  archive = Buffer.concat(await collect(writeArchive(source)))
  let start = 0
  bounds = [...(await membersOf(archive))].map(([name, body]) => {
    const member = { name, start, body: start + 512, end: start + 512 + body.length }
    start = member.end + ((512 - (body.length % 512)) % 512)
    return member
  })
})

const read = (bytes: Buffer) => collect(readArchive(chunksOf(bytes)))

describe('an archive', () => {
  test('is read as it was written', async () => {
    const parts = await read(archive)
    expect(parts[0]).toEqual({ kind: 'header', header: source.header })
    const texts = parts.flatMap((part) => (part.kind === 'rows' && part.table === 'bugs' ? [part.text] : []))
    expect(texts.length).toBeGreaterThan(1)
    expect(Buffer.concat(texts).equals(rows)).toBe(true)
    expect(parts.at(-1)).toMatchObject({
      kind: 'manifest',
      manifest: {
        tables: {
          bugs: { rows: 60_000, bytes: rows.length, sha256: createHash('sha256').update(rows).digest('hex') },
          empty: { rows: 0, bytes: 0, pieces: 1 },
        },
      },
    })
  })

  test('with a flipped bit anywhere in a member is damaged', async () => {
    for (const { name, start, body, end } of bounds) {
      const inside = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12].map((n) => body + n)
      const places = [start, start + 148, ...inside, Math.floor((body + end) / 2), end - 1]
      for (const place of places.filter((each) => each < end)) {
        const flipped = Buffer.from(archive)
        flipped[place] = (flipped[place] ?? 0) ^ 4
        const failure = await read(flipped).catch((error: unknown) => error)
        expect(failure, `${name}, byte ${place - start}`).toBeInstanceOf(DamagedArchive)
      }
    }
  })

  test('that is cut off at or within any member is damaged', async () => {
    for (const { name, start, body, end } of bounds) {
      for (const length of [start, start + 100, body, end - 1, end]) {
        const failure = await read(archive.subarray(0, length)).catch((error: unknown) => error)
        expect(failure, `${name}, at ${length}`).toBeInstanceOf(DamagedArchive)
        expect(failure).toMatchObject({ code: 'BAD_FILE', exitCode: 2, reason: 'it is cut off' })
      }
    }
  })

  test('without a member, with one more, or with two exchanged is damaged, whatever its manifest says', async () => {
    const changes: ((members: Map<string, Buffer>) => void)[] = [
      (members) => members.delete('README.txt'),
      (members) => members.delete('tables/bugs/00002.copy.gz'),
      (members) => members.delete('tables/empty/00001.copy.gz'),
      (members) => members.set('tables/bugs/evil.sql', Buffer.from('DROP TABLE bugs')),
      (members) => members.set('evil.sql', Buffer.from('DROP TABLE bugs')),
      (members) => members.set('migrations/2026_first/migration.sql', Buffer.from('DROP TABLE bugs')),
      (members) => {
        const first = members.get('tables/bugs/00001.copy.gz') ?? Buffer.alloc(0)
        members.set('tables/bugs/00001.copy.gz', members.get('tables/bugs/00002.copy.gz') ?? first)
        members.set('tables/bugs/00002.copy.gz', first)
      },
    ]
    expect(await read(await forged(archive, () => {}))).toHaveLength((await read(archive)).length)
    for (const change of changes) {
      const failure = await read(await forged(archive, change)).catch((error: unknown) => error)
      expect(failure, change.toString()).toBeInstanceOf(DamagedArchive)
    }
  })

  test('whose manifest states other rows is damaged', async () => {
    const bytes = await forged(archive, (_, manifest) => {
      Object.assign(manifest.tables['bugs'] ?? {}, { rows: 1 })
    })
    await expect(read(bytes)).rejects.toThrow(DamagedArchive)
  })

  test('of a day that does not exist is damaged', async () => {
    const createdAt = '2026-99-99T09:00:00.000Z'
    const header = Buffer.from(jsonText({ ...source.header, createdAt }))
    const bytes = Buffer.concat([tarMember({ name: 'header.json', body: header }, at), tarEnd])
    await expect(read(bytes)).rejects.toMatchObject({ reason: 'header.json is not a header of cto' })
    const { digest, ...manifest } = manifestIn(await membersOf(archive))
    expect(await parseManifest(jsonText(sealed(manifest)))).toMatchObject({ digest })
    expect(await parseManifest(jsonText(sealed({ ...manifest, createdAt })))).toBeNull()
  })

  test('with more than 16 MB that are no rows is damaged', async () => {
    const huge = tarMember({ name: 'header.json', body: Buffer.alloc(largestText + 1) }, at)
    const bytes = Buffer.concat([huge, tarEnd])
    await expect(read(bytes)).rejects.toMatchObject({ reason: 'header.json is too large' })
  })

  const piece = 'tables/bugs/00001.copy.gz'
  /** What gzip makes of `bytes` zeros: a thousandth. */
  const bomb = (bytes: number) => gzipSync(Buffer.alloc(bytes))

  test('whose piece claims more than any holds is damaged before it is unpacked', async () => {
    const claiming = await forged(archive, (members) => {
      members.set(piece, bomb(largestPiece + 1))
    })
    await expect(read(claiming)).rejects.toMatchObject({
      reason: `${piece} claims to hold ${largestPiece + 1} bytes`,
    })
  })

  test('whose piece holds more than it claims is damaged', async () => {
    const lying = await forged(archive, (members) => {
      members.set(piece, Buffer.concat([bomb(2 ** 24), gzipSync('1\tx\n')]))
    })
    await expect(read(lying)).rejects.toMatchObject({ reason: `${piece} cannot be unpacked` })
  })

  test('with a packed piece that is larger than any is damaged before it is read', async () => {
    const name = 'header.json'
    const header = tarMember({ name, body: Buffer.from(jsonText(source.header)) }, at)
    const start = Buffer.concat([header, tarMember({ name: 'README.txt', body: Buffer.alloc(0) }, at)])
    const huge = tarMember({ name: piece, body: Buffer.alloc(largestPiece + largestPiece / 1024 + 1) }, at)
    await expect(read(Buffer.concat([start, huge.subarray(0, 512)]))).rejects.toMatchObject({
      reason: `${piece} is too large`,
    })
  })

  test('is closed where it is not read to its end', async () => {
    let isClosed = false
    const chunks = (async function* () {
      try {
        yield* chunksOf(archive, 5000)
      } finally {
        isClosed = true
      }
    })()
    for await (const part of readArchive(chunks)) if (part.kind === 'header') break
    expect(isClosed).toBe(true)
  })

  test('of a newer format is not read', async () => {
    const header = Buffer.from(jsonText({ ...source.header, format: 2 }))
    const bytes = Buffer.concat([tarMember({ name: 'header.json', body: header }, at), tarEnd])
    await expect(read(bytes)).rejects.toMatchObject({ code: 'NOT_CONFIGURED', exitCode: 4 })
  })

  test.each(['', 'not an archive at all', '\0'.repeat(1024)])('is no archive: %j', async (text) => {
    await expect(read(Buffer.from(text))).rejects.toThrow(DamagedArchive)
  })

  test('has equal sums for equal rows, and other sums for one other value', async () => {
    const again = Buffer.concat(
      await collect(
        writeArchive({
          ...source,
          rows: (table) => chunksOf(table === 'bugs' ? rows : Buffer.alloc(0), 999),
        }),
      ),
    )
    const other = Buffer.from(rows)
    other[rows.length - 2] = 0x79
    const changed = Buffer.concat(await collect(writeArchive({ ...source, rows: () => chunksOf(other) })))
    const sum = async (bytes: Buffer) => manifestIn(await membersOf(bytes)).tables['bugs']?.sha256
    expect(await sum(again)).toBe(await sum(archive))
    expect(await sum(changed)).not.toBe(await sum(archive))
  })
})
