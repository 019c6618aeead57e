import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addOrganization, addRepository } from '../helpers/delivery.js'

const db = useDatabase()

const doors: Record<string, (file: string) => string[]> = {
  'events ingest': (file) => ['events', 'ingest', file],
  'sessions ingest': (file) => ['sessions', 'ingest', file],
  'sessions ingest --from cto': (file) => ['sessions', 'ingest', file, '--from', 'cto'],
  'reviews ingest': (file) => ['reviews', 'ingest', file, '--repo', 'acme/web'],
}

const csv = 'Issue key,Summary\nA-1,First\nA-2,"Second\n[x]"\n'
const strange: Record<string, [content: string | Buffer, reason: string | null, fix: string]> = {
  'a table': [
    csv.replace('[x]', 'x'),
    'it looks like a table',
    'cto import csv FILE --type bugs reads tables',
  ],
  'a web page': ['<!DOCTYPE html>\n<html><body>\n{"a": 1}\n</body></html>', 'it is a web page', 'name '],
  'a ZIP archive': [
    Buffer.from('PK\x03\x04\x14\0\0\0\n{'),
    'it is an Excel workbook or a ZIP archive',
    'name ',
  ],
  'a binary file': [Buffer.from([7, 1, 2, 3, 0, 0, 5, 10, 9]), 'it is a binary file', 'name '],
  prose: ['Nothing to see here\n', null, 'name '],
}

describe.each(Object.entries(doors))('%s', (door, argv) => {
  beforeEach(async () => {
    await addRepository(db, await addOrganization(db, 'acme'))
  })

  test.each(Object.entries(strange))(
    'refuses %s once, and stores nothing',
    async (_, [content, reason, fix]) => {
      const file = path.join(db.folder, 'export.txt')
      await writeFile(file, content)
      const { exitCode, stdout, stderr } = await cto(db, ...argv(file))
      const [error, ...lines] = stderr.split('\n')
      expect([exitCode, stdout, error]).toEqual([
        2,
        '',
        expect.stringMatching(/^error: ".*export\.txt" is not a JSON file$/),
      ])
      const isForm = door === 'reviews ingest' && fix === 'name '
      expect(lines).toEqual([
        ...(reason === null ? [] : [`  ${reason}`]),
        expect.stringContaining(`  fix: ${isForm ? 'cto reads SARIF' : fix}`),
        '',
      ])
      expect(await db.sql('SELECT FROM import_logs')).toEqual([])
    },
  )
})

test('a table of raw answers of GitHub is sent to what fetches them, by import csv too', async () => {
  const file = path.join(db.folder, 'raw.csv')
  await writeFile(
    file,
    'id,"params",data,url,input,created_at\n1,"{""Name"":""a/b""}","{""url"":""x""}",u,null,\n',
  )
  const lines = [
    ['events', 'ingest', file],
    ['import', 'csv', file, '--type', 'bugs'],
  ]
  for (const argv of lines) {
    const { exitCode, stderr } = await cto(db, ...argv)
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('it looks like raw answers of GitHub, which cannot be read'),
    ])
    expect(stderr).toContain(
      '  fix: fetch the repository: cto import github OWNER/NAME --delivery, or cto repos sync OWNER/NAME; or',
    )
  }
})

test('a compressed table is refused by what reads compressed files', async () => {
  const file = path.join(db.folder, 'export.csv.gz')
  await writeFile(file, gzipSync('Key;Summary\nA-1;First\n'))
  const events = await cto(db, 'events', 'ingest', file)
  expect([events.exitCode, events.stderr]).toEqual([2, expect.stringContaining('  it looks like a table\n')])
  const reviews = await cto(db, 'reviews', 'ingest', file, '--repo', 'acme/web')
  expect(reviews.stderr).toContain('  it is compressed with gzip\n')
})

test.each([
  ['{"session": "s1", "user": "ada"}\n', 'cto sessions ingest FILE'],
  ['{"headers": {"X-GitHub-Event": "push"}, "payload": {}}\n', 'cto events ingest FILE'],
  ['{"version": "2.1.0", "runs": []}', 'cto reviews ingest FILE --repo OWNER/NAME'],
])('import csv of JSON that another command reads names it: %s', async (content, fix) => {
  const file = path.join(db.folder, 'export.json')
  await writeFile(file, content)
  const { exitCode, stderr } = await cto(db, 'import', 'csv', file, '--type', 'bugs')
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`  fix: ${fix}\n`)])
})
