import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const check = (...argv: string[]) => cto(db, 'metrics', 'check', ...argv)

/** One open critical bug; one resolved in this window after 30 hours, one in the window before after 20. */
async function addExample() {
  await addBug(db, { severity: 'critical', at: hoursAgo(2) })
  const late = await addBug(db, { severity: 'low', at: hoursAgo(40) })
  await changeBug(db, late, { status: 'closed', at: hoursAgo(10) })
  const early = await addBug(db, { severity: 'low', at: hoursAgo(30 * 24 + 70) })
  await changeBug(db, early, { status: 'closed', at: hoursAgo(30 * 24 + 50) })
}

describe('cto metrics check', () => {
  test('exits with 0 if every gate passes, and with 8 if one trips, and names it', async () => {
    await addExample()
    const kept = await check('--max', 'open.critical=1', '--min', 'sla.compliance=0.5')
    expect(kept).toMatchObject({
      exitCode: 0,
      stderr: 'window: 2026-01-31 09:00 to now, 2026-03-02 09:00 (UTC)\n',
    })
    const { exitCode, stdout } = await check('--max', 'open.critical=0', '--max', 'open.total=1')
    expect(exitCode).toBe(8)
    expect(stdout).toBe(
      lines(
        'tripped\tgate\tvalue\tlimit\treason',
        'true\topen.critical max 0\t1\t0\t1 > 0',
        'false\topen.total max 1\t1\t1\t1 is within 1',
      ),
    )
  })

  test('on an empty database passes, and says that the gates say nothing, with --quiet too', async () => {
    const { exitCode, stderr } = await check('--max', 'open.critical=0', '--quiet')
    expect([exitCode, stderr]).toEqual([0, 'the database holds no bugs yet: gates on them say nothing\n'])
    const both = await check('--max', 'open.critical=0', '--max', 'pr.open=0', '--allow-null', '--quiet')
    expect(both.stderr).toBe(
      'the database holds no bugs and no repositories yet: gates on either say nothing\n',
    )
    await addBug(db)
    expect((await check('--max', 'open.critical=9', '--quiet')).stderr).toBe('')
  })

  test('compares with the previous window of the same length', async () => {
    await addExample()
    const { exitCode, stdout } = await check('--fail-on', 'resolution.p50>+10%', '--json')
    expect(exitCode).toBe(8)
    expect(JSON.parse(stdout)).toEqual({
      data: {
        gates: [
          {
            id: 'resolution.p50',
            gate: 'resolution.p50>+10%',
            value: 30,
            limit: 22,
            baseline: 20,
            tripped: true,
            reason: '30 h > 22 h (was 20 h)',
          },
        ],
      },
    })
    expect((await check('--fail-on', 'resolution.p50>+50%')).exitCode).toBe(0)
  })

  test('compares with a file that another command wrote', async () => {
    await addExample()
    await cto(db, 'metrics', 'kpis', '--json', '-o', 'kpis.json')
    expect((await check('--fail-on', 'open.total>+0', '--baseline', 'kpis.json')).exitCode).toBe(0)
    await addBug(db, {})
    expect((await check('--fail-on', 'open.total>+0', '--baseline', 'kpis.json')).exitCode).toBe(8)
  })

  test('no data trips a gate, unless that is allowed', async () => {
    const { exitCode, stdout } = await check('--min', 'sla.compliance=0.9', '-f', 'csv', '--fields', 'reason')
    expect({ exitCode, stdout }).toEqual({ exitCode: 8, stdout: 'reason\r\nno data\r\n' })
    expect((await check('--min', 'sla.compliance=0.9', '--allow-null')).exitCode).toBe(0)
  })

  test('reads the gates of a repository', async () => {
    await addExample()
    const gates = { max: { 'open.critical': 0 }, min: { 'sla.compliance': 0.1 }, failOn: ['open.total>5'] }
    writeFileSync(path.join(db.folder, 'gates.json'), JSON.stringify({ ...gates, since: '60d' }))
    const { exitCode, stdout } = await check('--gates', 'gates.json', '-f', 'ids')
    expect({ exitCode, stdout }).toEqual({
      exitCode: 8,
      stdout: lines('open.critical', 'sla.compliance', 'open.total'),
    })
  })

  test.each([
    ['{"max": {"open.criticl": 0}}', 'gates.json: no metric "open.criticl"'],
    ['{"maxx": {}}', 'gates.json cannot be used'],
    ['[]', 'gates.json cannot be used'],
    ['{"max": ', 'gates.json cannot be used'],
    ['{"max": {"open.critical": "many"}}', 'not a limit: "open.critical=many"'],
  ])('rejects %s', async (text, message) => {
    writeFileSync(path.join(db.folder, 'gates.json'), text)
    const { exitCode, stdout, stderr } = await check('--gates', 'gates.json')
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  test('a baseline that is not JSON is answered with the line that writes one', async () => {
    writeFileSync(path.join(db.folder, 'kpis.tsv'), 'id\ttitle\tvalue\n')
    const { exitCode, stderr } = await check('--fail-on', 'open.total>+0', '--baseline', 'kpis.tsv')
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('fix: write it with cto metrics kpis --json -o kpis.tsv\n'),
    ])
  })

  test('a missing file is exit 3, and no gate at all exit 2', async () => {
    expect((await check('--gates', 'nowhere.json')).exitCode).toBe(3)
    expect((await check()).exitCode).toBe(2)
  })

  test('writes formats for the test report and the summary of a CI job', async () => {
    await addExample()
    const xml = await check('--max', 'open.critical=0', '--format', 'junit', '-o', 'gates.xml')
    expect(xml).toMatchObject({ exitCode: 8, stdout: '' })
    expect(readFileSync(path.join(db.folder, 'gates.xml'), 'utf8')).toContain(
      '<failure message="1 &gt; 0">1 &gt; 0</failure>',
    )
    const { stdout } = await check('--max', 'open.critical=0', '--format', 'markdown')
    expect(stdout).toBe(
      lines(
        '| GATE | CONDITION | VALUE | LIMIT | WHY |',
        '| --- | --- | ---: | ---: | --- |',
        '| tripped | open.critical max 0 | 1 | 0 | 1 \\> 0 |',
      ),
    )
  })

  test('a format of one command is rejected by the others', async () => {
    const { exitCode, stderr } = await cto(db, 'bugs', 'list', '--format', 'junit')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('this command has no format "junit"')
  })
})
