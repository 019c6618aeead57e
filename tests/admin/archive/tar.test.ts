import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readTar, tarEnd, tarMember } from '../../../src/admin/archive/tar.js'
import { chunksOf, collect } from '../../helpers/archives.js'

const at = new Date('2026-03-02T09:00:00Z')
const members = [
  { name: 'header.json', body: Buffer.from('{}\n') },
  { name: 'tables/bugs/00001.copy.gz', body: Buffer.alloc(1024, 7) },
  { name: 'empty', body: Buffer.alloc(0) },
]
const tar = Buffer.concat([...members.map((member) => tarMember(member, at)), tarEnd])

const read = (bytes: Buffer, chunk = 700) => collect(readTar(chunksOf(bytes, chunk)))

describe('a tar', () => {
  test('is read as it was written, however it arrives', async () => {
    for (const chunk of [1, 511, 512, 513, 100_000]) expect(await read(tar, chunk)).toEqual(members)
  })

  test('is unpacked by the tar of the system', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'cto-tar-'))
    await writeFile(path.join(folder, 'it.tar'), tar)
    execFileSync('tar', ['xf', 'it.tar'], { cwd: folder })
    for (const { name, body } of members) expect(await readFile(path.join(folder, name))).toEqual(body)
    await rm(folder, { recursive: true })
  })

  test('with another byte anywhere but in a body is damage', async () => {
    const bodies = [
      [512, 515],
      [1536, 2560],
    ]
    for (let byte = 0; byte < tar.length; byte++) {
      if (bodies.some(([start = 0, end = 0]) => byte >= start && byte < end)) continue
      const flipped = Buffer.from(tar)
      flipped[byte] = (flipped[byte] ?? 0) ^ 1
      await expect(read(flipped, 4096), `byte ${byte}`).rejects.toThrow()
    }
  })

  test('that is cut off anywhere is damage', async () => {
    for (let length = 0; length < tar.length; length += 64)
      await expect(read(tar.subarray(0, length), 4096), `${length} bytes`).rejects.toThrow('it is cut off')
    await expect(read(Buffer.concat([tar, Buffer.alloc(1)]))).rejects.toThrow('bytes after the end')
  })
})
