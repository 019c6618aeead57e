import { describe, expect, test } from 'vitest'
import { sessionIds } from '../../../src/domain/metric.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { storeCalls, storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

const diff = (...argv: string[]) => cto(db, 'metrics', 'diff', ...argv)
const fields = ['--fields', 'id,before,after,change,causes.created,causes.resolved', '--no-header']

/** The tests' now is the morning of 2026-03-02. */
async function addExample() {
  await addBug(db, { severity: 'critical', revenueImpact: '100.10', at: hoursAgo(1000) })
  const old = await addBug(db, { severity: 'critical', revenueImpact: '0.20', at: hoursAgo(900) })
  await changeBug(db, old, { status: 'closed', at: hoursAgo(12) })
  for (let i = 0; i < 3; i++) await addBug(db, { severity: 'critical', at: hoursAgo(i + 1) })
}

describe('cto metrics diff', () => {
  test('of a day and now attributes each change to its causes', async () => {
    await addExample()
    const { stdout } = await diff('2026-02-28', ...fields)
    expect(stdout.split('\n').filter((line) => /critical|at_risk/.test(line))).toEqual([
      'open.critical\t2\t4\t2\t3\t1',
      'revenue.at_risk_daily\t100.30\t100.10\t-0.20\t\t',
    ])
  })

  test('separates thousands on a terminal, and not in a pipe', async () => {
    await addBug(db, { revenueImpact: '1234567.00', at: hoursAgo(900) })
    await addBug(db, { revenueImpact: '12345.00', at: hoursAgo(2) })
    const risk = ({ stdout }: { stdout: string }) =>
      /^revenue\S+\s+(.*?)\s*$/m.exec(stdout)?.[1]?.split(/\s{2,}|\t/)
    const wanted = ['2026-02-28', '--fields', 'id,before,after,change']
    expect(risk(await cto({ ...db, terminal: 100 }, 'metrics', 'diff', ...wanted))).toEqual([
      '1,234,567.00',
      '1,246,912.00',
      '12,345.00',
    ])
    expect(risk(await diff(...wanted))).toEqual(['1234567.00', '1246912.00', '12345.00'])
  })

  test('of two stored months compares what was stored', async () => {
    await addExample()
    await cto(db, 'metrics', 'snapshot')
    const { stdout } = await diff('2026-02', '2026-03', ...fields)
    expect(stdout).toContain('open.total\t2\t4\t2\t3\t1\n')
    expect(stdout).toContain('flow.created\t0\t3\t3\t\t\n')
  })

  test('of a month that runs computes it up to now, whatever was stored of it', async () => {
    await addExample()
    await cto(db, 'metrics', 'snapshot')
    await addBug(db, { severity: 'low', at: hoursAgo(0.5) })
    const after = async () => (await diff('2026-02', '2026-03', ...fields)).stdout
    const stored = await after()
    expect(stored).toContain('open.total\t2\t5\t3\t4\t1\n')
    expect(stored).toContain('flow.created\t0\t4\t4\t\t\n')
    await db.sql(`DELETE FROM monthly_metrics WHERE month = '2026-03-01'`)
    expect(await after()).toBe(stored)
  })

  test('of a month that was stored before its end, and never closed, computes it to its end', async () => {
    await addBug(db, { at: hoursAgo(1000) })
    await cto({ ...db, now: new Date('2026-01-21T09:00:00Z') }, 'metrics', 'snapshot')
    await addBug(db, { at: hoursAgo(900) })
    const open = (await diff('2026-01', '2026-02-28', ...fields)).stdout.split('\n')[0]
    expect(open).toBe('open.total\t2\t2\t0\t0\t0')
  })

  test('names a stored month whose history an import changed since', async () => {
    await cto(db, 'metrics', 'snapshot')
    await db.sql(
      `UPDATE monthly_metrics SET assumptions = '{"staleSince":"2026-03-01T08:00:00Z"}'::jsonb || assumptions
       WHERE month = '2026-02-01'`,
    )
    const { stderr } = await diff('2026-02', '2026-03')
    expect(stderr).toContain('\n2026-02: an import or its undo changed history since; ')
    expect(stderr).toContain('→ cto metrics snapshot --month 2026-02 --rewrite\n')
  })

  test('of a file shows the change without causes', async () => {
    await addExample()
    await cto(db, 'metrics', 'kpis', '--json', '-o', 'kpis.json')
    await addBug(db, { severity: 'low' })
    const { stdout } = await diff('kpis.json', ...fields)
    expect(stdout.split('\n')[0]).toBe('open.total\t4\t5\t1\t\t')
  })

  test('compares sessions too where some are known, each over the 30 days before', async () => {
    await addProject(db, 'web')
    expect((await diff('2026-02-28', '-f', 'json')).stdout).not.toContain('sessions.count')
    for (const [start, project] of [
      ['2026-01-20', null],
      ['2026-02-27', 'web'],
      ['2026-03-01', null],
    ] as const) {
      const session = await storeSession(db, { start: `${start}T08:00Z`, end: `${start}T09:00Z`, project })
      await storeCalls(db, [{ session, tool: 'Bash', at: `${start}T08:00Z`, durationMs: 100 }])
    }
    const figures = async (...flags: string[]) =>
      (await diff('2026-02-15', ...flags, '--fields', 'id,before,after', '--no-header')).stdout
        .split('\n')
        .filter((line) => /^(?:sessions.count|tools.calls|tools.duration.p50)\t/.test(line))
    expect(await figures()).toEqual([
      'sessions.count\t1\t2',
      'tools.calls\t1\t2',
      'tools.duration.p50\t100\t100',
    ])
    expect(await figures('--project', 'web')).toEqual([
      ...['sessions.count\t0\t1', 'tools.calls\t\t1', 'tools.duration.p50\t\t100'],
    ])
    expect(await figures('--severity', 'low')).toEqual([])
    const all = (await diff('2026-02-15', '--json')).stdout
    for (const id of sessionIds) expect(all).toContain(`"${id}"`)
  })

  test('a filter uses history, since stored snapshots are of all bugs', async () => {
    await addExample()
    const { stdout } = await diff('2026-02', '-s', 'low', ...fields)
    expect(stdout.split('\n')[0]).toBe('open.total\t0\t0\t0\t0\t0')
  })

  test.each([
    [['2025-01'], 3, 'no snapshot of 2025-01 is stored'],
    [['nowhere.json'], 3, 'no file "nowhere.json"'],
    [['2026-03-01', '2026-02-01'], 2, '2026-03-01 is later than 2026-02-01'],
    [['2027-01-01'], 2, 'in the future'],
  ])('%j is rejected', async (argv, exitCode, message) => {
    const result = await diff(...argv)
    expect(result).toMatchObject({ exitCode, stdout: '' })
    expect(result.stderr).toContain(message)
  })
})

test('the example of a table', async () => {
  await addExample()
  const { stdout } = await cto({ ...db, terminal: 140 }, 'metrics', 'diff', '2026-02-28')
  expect(stdout.split('\n').slice(0, 3).join('\n')).toBe(
    lines(
      'METRIC                 BEFORE   AFTER  CHANGE  CREATED  REOPENED  RESUMED  RECLASSIFIED  RESOLVED  DEFERRED',
      'open.total                  2       4       2        3         0        0             0         1         0',
      'open.critical               2       4       2        3         0        0             0         1         0',
    ).trimEnd(),
  )
})

test('a narrow table keeps the causes that fit, those that changed something first, and names the others', async () => {
  await addExample()
  const bug = await addBug(db, { severity: 'critical', at: hoursAgo(900) })
  await changeBug(db, bug, { status: 'deferred', at: hoursAgo(11) })
  const { stdout, stderr } = await cto({ ...db, terminal: 80 }, 'metrics', 'diff', '2026-02-28')
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'METRIC                 BEFORE   AFTER  CHANGE  CREATED  RESOLVED  DEFERRED',
    'open.total                  3       4       1        3         1         1',
  ])
  expect(stderr).toMatch(
    /no room for REOPENED, RESUMED, RECLASSIFIED; --wide or --format list\s+shows them\n$/,
  )
})
