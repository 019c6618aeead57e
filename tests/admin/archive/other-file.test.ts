import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { otherFileOf } from '../../../src/admin/archive/other-file.js'
import { tarMember } from '../../../src/admin/archive/tar.js'

const member = (name: string) => tarMember({ name, body: Buffer.from('{}') }, new Date(0))

const archive = member('header.json')

test.each<[string, Buffer | string, string, RegExp]>([
  ['pg_dump -Fc', 'PGDMP\x01\x0e\x00\x04', 'a dump of pg_dump in the custom format', /pg_restore/],
  ['pg_dump -Ft', member('toc.dat'), 'a dump of pg_dump in the tar format', /pg_restore/],
  ['pg_dump', '--\n-- PostgreSQL database dump\n--\n\nSET x = 0;', 'a dump of pg_dump in SQL', /psql/],
  ['pg_dumpall', '--\n-- PostgreSQL database cluster dump\n--\n', 'a dump of pg_dump in SQL', /psql/],
  ['a script', 'BEGIN;\nCREATE TABLE x ();', 'SQL', /psql/],
  [
    'pg_dump | gzip',
    gzipSync('--\n-- PostgreSQL database dump\n'),
    'a dump of pg_dump in SQL, compressed with gzip',
    /^gunzip FILE, then into an empty database: psql/,
  ],
  [
    'a compressed archive',
    gzipSync(archive),
    'compressed with gzip',
    /^gunzip FILE, and name the file without \.gz/,
  ],
  [
    'another tar',
    member('src/main.ts'),
    'a tar of other files, of which the first is src/main.ts',
    /cto db backup/,
  ],
  ['a ZIP', 'PK\x03\x04\x14\x00', 'a ZIP archive', /unpack/],
  ['JSON', '{"bugs":[]}', 'JSON', /cto db backup/],
  ['CSV', 'Key,Summary\nA-1,x\n', 'text', /cto import csv/],
])('%s is told from an archive', (_, bytes, kind, hint) => {
  const start = (typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes).subarray(0, 512)
  expect(otherFileOf(start)).toEqual({ kind, hint: expect.stringMatching(hint) as string })
})

test('an archive, a damaged one, and bytes of no known kind are not named otherwise', () => {
  const damaged = Buffer.from(archive)
  damaged[20] = 7
  for (const start of [archive, damaged, Buffer.alloc(512), Buffer.from([1, 2, 3, 250]), Buffer.alloc(0)])
    expect(otherFileOf(start.subarray(0, 512))).toBeNull()
})
