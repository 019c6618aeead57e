import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { importBugs, reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

const rows = ['Issue key,Summary', 'A-1,Checkout times out']

async function importTwice(): Promise<[string, string]> {
  const first = reportIn(await importBugs(db, rows, '--json'))
  const world = { ...db, now: new Date('2026-03-02T10:00:00Z') }
  const second = reportIn(await importBugs(world, rows, '--json'))
  return [String(first.importId), String(second.importId)]
}

describe('import history', () => {
  test('lists every run, the newest first', async () => {
    const [first, second] = await importTwice()
    const { stdout } = await cto(db, 'import', 'history')
    expect(stdout).toBe(
      [
        'timestamp\tstate\tmetadata.type\tmetadata.externalSource\tmetadata.file\trecordsImported\trecordsFailed\tid',
        `2026-03-02T10:00:00.000Z\tdone\tbugs\tjira\texport.csv\t0\t0\t${second}`,
        `2026-03-02T09:00:00.000Z\tdone\tbugs\tjira\texport.csv\t1\t0\t${first}`,
        '',
      ].join('\n'),
    )
  })

  test('--latest has the last one of each source', async () => {
    const [, second] = await importTwice()
    await importBugs(db, rows, '--source', 'old-jira')
    const { stdout } = await cto(db, 'import', 'history', '--latest', '--json')
    const { data, page } = JSON.parse(stdout) as { data: { id: string }[]; page: object }
    expect(data[0]?.id).toBe(second)
    expect(data).toHaveLength(2)
    expect(page).toMatchObject({ total: 2 })
  })

  test('counts the records of a file of which none can be imported, under the preset that fits it', async () => {
    await cto(db, 'db', 'migrate')
    const { exitCode } = await importBugs(db, ['Issue key,Priority', 'A-1,High', 'A-2,Low'])
    expect(exitCode).toBe(2)
    const { stdout } = await cto(db, 'import', 'history', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      data: [
        { state: 'failed', recordsFailed: 2, metadata: { externalSource: 'jira', counts: { rejected: 2 } } },
      ],
    })
  })

  test('shows a killed import as interrupted', async () => {
    const [first] = await importTwice()
    await db.sql(`UPDATE import_logs SET metadata = metadata || '{"state": "running"}' WHERE id = $1`, [
      first,
    ])
    const { stdout } = await cto(db, 'import', 'history', '-f', 'tsv', '--fields', 'state', '--no-header')
    expect(stdout).toBe('done\ninterrupted\n')
  })
})

test('shows an import that waits between transactions as running, until its beats stop', async () => {
  const [first] = await importTwice()
  const states = async (age: string) => {
    await db.sql(
      `UPDATE import_logs
       SET metadata = metadata || jsonb_build_object('state', 'running', 'aliveAt', now() - $2::interval)
       WHERE id = $1`,
      [first, age],
    )
    return (await cto(db, 'import', 'history', '-f', 'tsv', '--fields', 'state', '--no-header')).stdout
  }
  expect(await states('1 minute')).toBe('done\nrunning\n')
  expect(await states('2 minutes')).toBe('done\ninterrupted\n')
})

describe('import show', () => {
  test('counts the records first, and leaves out what did not happen', async () => {
    const [first] = await importTwice()
    const { stdout } = await cto(db, 'import', 'show', first, '--fields', 'metadata.counts', '-f', 'list')
    expect(stdout).toContain('1 record: 1 created\n')
  })

  test('counts no rejected record in a file that holds none', async () => {
    await cto(db, 'db', 'migrate')
    await writeFile(path.join(db.folder, 'alerts.json'), '[{"a": 1}]')
    expect(await cto(db, 'import', 'csv', 'alerts.json', '--type', 'bugs')).toMatchObject({ exitCode: 2 })
    const { stdout } = await cto(db, 'import', 'history', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ state: 'failed', recordsFailed: 0 }] })
  })

  test('accepts a prefix of an id, and shows the file and how it was read', async () => {
    const [first] = await importTwice()
    const { stdout } = await cto(db, 'import', 'show', first.slice(0, 13), '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      data: {
        id: first,
        source: 'csv',
        state: 'done',
        recordsImported: 1,
        metadata: {
          type: 'bugs',
          file: 'export.csv',
          preset: 'jira',
          externalSource: 'jira',
          mapping: { preset: 'jira' },
          counts: { records: 1, created: 1, duplicates: 0 },
        },
      },
    })
  })

  test('shows the zone in which times were read, or that none is recorded', async () => {
    const [first] = await importTwice()
    const show = async (...flags: string[]) => {
      const line = ['import', 'show', first, '--fields', 'metadata.zone', '--no-header', ...flags]
      return (await cto({ ...db, terminal: 80 }, ...line)).stdout.trim()
    }
    await db.sql(`UPDATE import_logs SET metadata = metadata || '{"zone": "Europe/Berlin"}'`)
    expect(await show('-f', 'list')).toContain('Europe/Berlin')
    await db.sql(`UPDATE import_logs SET metadata = metadata - 'zone'`)
    expect(await show('-f', 'list')).toContain('not recorded')
    expect(await show('-f', 'tsv')).toBe('')
    expect(await show('--json')).toContain('"zone": null')
    await db.sql(
      `UPDATE import_logs SET metadata = metadata || '{"preset": "git", "mapping": {"zone": "Asia/Tokyo"}}'`,
    )
    expect(await show('-f', 'list')).toContain('Asia/Tokyo')
  })

  test('rejects an unknown one (exit 3)', async () => {
    const { exitCode, stderr } = await cto(db, 'import', 'show', 'nonsense')
    expect([exitCode, stderr]).toEqual([3, 'error: no import nonsense\n  fix: cto import history\n'])
  })
})
