import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

afterEach(async () => {
  for (const name of ['export.csv', 'kept.json']) await rm(path.join(db.folder, name), { force: true })
})

async function importRows(stdin: string | null, rows: readonly string[], ...flags: string[]) {
  await writeFile(path.join(db.folder, 'export.csv'), lines(...rows))
  const world = stdin === null ? db : { ...db, terminal: 200, stdin }
  return cto(world, 'import', 'csv', 'export.csv', '--type', 'bugs', ...flags)
}

describe('an ambiguity of a file', () => {
  const dates = ['Issue key,Summary,Created', 'A-1,x,03/04/2025', 'A-2,y,05/06/2025']
  const trackers = ['Issue id,Summary,Priority', '1,a,Major', '2,b,P1']

  test('is asked about on a terminal, with examples, and the answer can be kept', async () => {
    const { exitCode, stderr } = await importRows('\r\x1B[B\rkept.json\r', dates)
    expect(stderr).toContain('  Created: 03/04/2025, 05/06/2025\n')
    expect(exitCode).toBe(0)
    expect(await db.sql('SELECT created_at FROM bugs ORDER BY external_id LIMIT 1')).toEqual([
      { created_at: new Date('2025-04-03T00:00:00Z') },
    ])
    const kept = JSON.parse(await readFile(path.join(db.folder, 'kept.json'), 'utf8')) as object
    expect(kept).toMatchObject({ preset: 'generic', dateFormat: 'dd/MM/yyyy' })
    expect((await importRows(null, dates, '--mapping', 'kept.json')).exitCode).toBe(0)
  })

  test('stops an import in a pipe, with the flags that resolve it', async () => {
    const order = await importRows(null, dates)
    expect(order.exitCode).toBe(2)
    expect(order.stderr).toContain('fix: --date-format dd/MM/yyyy or --date-format MM/dd/yyyy\n')
    const origin = await importRows(null, trackers)
    expect(origin.exitCode).toBe(2)
    expect(origin.stderr).toContain('severity "Major" is medium in Jira, high in Bugzilla\n')
    expect(origin.stderr).toContain('fix: --from jira or --from bugzilla\n')
  })

  test('is resolved by exactly the named flags, one message after the other', async () => {
    const rows = [
      'Issue id,Summary,Priority,Status,Created',
      '1,a,Major,Half done,03/04/2025',
      '2,b,P1,Half tested,05/06/2025',
    ]
    const flags: string[] = []
    const named = async () => {
      const { exitCode, stderr } = await importRows(null, rows, ...flags)
      const groups = [...stderr.matchAll(/→ (--map) "(.+)"$/gm)].flatMap(([, flag = '', pair = '']) => [
        flag,
        pair,
      ])
      const [, fix = ''] = /^ {2}fix: (.+)$/m.exec(stderr) ?? []
      return { exitCode, flags: groups.length > 0 ? groups : (fix.split(' or ')[0] ?? '').split(' ') }
    }
    for (const expected of [
      ['--from', 'jira'],
      ['--date-format', 'dd/MM/yyyy'],
      ['--map', 'status.Half done=closed', '--map', 'status.Half tested=in_progress'],
    ]) {
      const printed = await named()
      expect(printed).toEqual({ exitCode: 2, flags: expected })
      flags.push(...printed.flags)
    }
    expect((await named()).exitCode).toBe(0)
  })

  test('can concern the tracker', async () => {
    const { exitCode, stderr } = await importRows('\r\r', trackers)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('  severity "Major": medium in Jira, high in Bugzilla\n')
    expect(
      await db.sql('SELECT external_source, severity::text FROM bugs ORDER BY external_id LIMIT 1'),
    ).toEqual([{ external_source: 'jira', severity: 'medium' }])
  })

  test('can be resolved with the tracker that fits second best', async () => {
    const { exitCode, stderr } = await importRows('\u001b[B\r\r', trackers)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('read as bugzilla (next best: jira)\n')
  })
})

describe('a question about a word', () => {
  const [down, up, interrupt] = ['\u001b[B', '\u001b[A', '\u0003']
  const words = (status: string) => ['Issue key,Summary,Status', `A-1,x,${status}`]
  const statuses = () => db.sql<{ status: string }>('SELECT status::text FROM bugs ORDER BY created_at')

  test('starts on the value that its flag would suggest, and on none without a likely one', async () => {
    const flags = ['--no-input', '--dry-run', '--max-errors', '1', '--from', 'jira']
    const told = await importRows('', words('parked'), ...flags)
    expect(told.stderr).toContain('→ --map "status.parked=deferred"\n')
    await importRows('\r\r', words('parked'), '--from', 'jira')
    expect(await statuses()).toEqual([{ status: 'deferred' }])
    const odd = await importRows('\r\r', words('odd'), '--from', 'jira', '--source', 'b', '--max-errors', '1')
    expect(odd.exitCode).toBe(5)
    await importRows(`${up}\r\r`, words('odd'), '--from', 'jira', '--source', 'c')
    await importRows(`${down}\r\r`, words('odd'), '--from', 'jira', '--source', 'd')
    expect((await statuses()).map(({ status }) => status)).toEqual(['deferred', 'deferred', 'pending'])
  })

  test('after the commit can be left with Ctrl-C: the report stands, and the message is true', async () => {
    const left = await importRows(`\r${interrupt}`, words('parked'), '--from', 'jira')
    expect(left.stdout).toContain('1 record = 1 created')
    expect(left.exitCode).toBe(130)
    expect(left.stderr).toContain('error: interrupted; nothing more was stored\n')
    expect(await statuses()).toEqual([{ status: 'deferred' }])
  })
})

test('--progress json prints an event per line', async () => {
  const rows = Array.from({ length: 3000 }, (_, n) => `A-${n},${'x'.repeat(40)}`)
  const { stderr } = await importRows(null, ['Issue key,Summary', ...rows], '--progress', 'json', '--quiet')
  const events = stderr.split('\n').filter((line) => line.startsWith('{'))
  expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({
    event: 'progress',
    file: 'export.csv',
    records: 3000,
    totalRecords: 3000,
    rejected: 0,
  })
})
