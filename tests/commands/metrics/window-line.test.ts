import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addCommit, addOrganization, addRepository } from '../../helpers/delivery.js'
import { addBug, changeBug } from '../../helpers/factories.js'

const db = useDatabase()
const now = new Date('2026-03-02T09:00:00Z')

const stderrOf = async (...argv: string[]) => (await cto({ ...db, now }, 'metrics', ...argv)).stderr

describe('the window of a table of metrics', () => {
  test.each(['engineering', 'sla', 'team', 'developer', 'delivery', 'sessions'])(
    'is printed by metrics %s',
    async (verb) => {
      expect(await stderrOf(verb)).toContain('window: 2026-01-31 09:00 to now, 2026-03-02 09:00 (UTC)\n')
    },
  )

  test('is printed by explain --rows and by check', async () => {
    await addBug(db)
    const line = 'window: 2026-02-23 09:00 to now, 2026-03-02 09:00 (UTC)\n'
    expect(await stderrOf('explain', 'resolution.p50', '--rows', '--since', '7d')).toContain(line)
    expect(await stderrOf('check', '--max', 'flow.created=3', '--since', '7d')).toContain(line)
    expect(await stderrOf('check', '--max', 'open.total=3')).toBe('')
  })

  test('of whole days is printed as its first and last day, in the time zone', async () => {
    const days = ['--between', '2026-01-01..2026-01-31']
    expect(await stderrOf('flow', ...days)).toContain('window: 2026-01-01 to 2026-01-31 (UTC)\n')
    expect(await stderrOf('flow', '--between', '2025-Q4')).toContain(
      'window: 2025-10-01 to 2025-12-31 (UTC)\n',
    )
    expect(await stderrOf('flow', ...days, '--tz', 'Asia/Tokyo')).toContain(
      'window: 2026-01-01 to 2026-01-31 (Asia/Tokyo)\n',
    )
  })

  test('that is over names the figures that are of its end, and not of the present', async () => {
    const bug = await addBug(db, { severity: 'critical', at: new Date('2026-01-30T00:00:00Z') })
    await changeBug(db, bug, { status: 'closed', at: new Date('2026-02-20T00:00:00Z') })
    const past = await cto(
      { ...db, now, terminal: 100 },
      'metrics',
      'sla',
      '--between',
      '2026-01-01..2026-01-31',
    )
    expect(past.stderr).toContain(
      'window: 2026-01-01 to 2026-01-31 (UTC); at the end of the window: sla.at_risk, sla.breached\n',
    )
    expect(past.stdout).toMatch(/sla\.breached +open SLA breaches +1 +bug +1/)
    expect(past.stdout).not.toContain('now')
    expect(await stderrOf('sla')).not.toContain('at the end of the window')
  })

  test('is printed twice by diff, with the moment of what is open', async () => {
    const shop = await addRepository(db, await addOrganization(db, 'acme'))
    await addCommit(db, shop, 'a9b22a6', { committed_at: '2026-02-20T10:00:00Z' })
    expect(await stderrOf('diff', '2026-02-15')).toBe(
      'before: 2026-01-17 to 2026-02-15 (UTC); what is open, at its end\n' +
        'after: 2026-01-31 09:00 to now, 2026-03-02 09:00 (UTC); what is open, at its end\n',
    )
    await cto({ ...db, now }, 'metrics', 'snapshot')
    expect(await stderrOf('diff', '2026-02', '2026-03')).toBe(
      'before: 2026-02-01 to 2026-02-28 (UTC); what is open, at its end\n' +
        'after: 2026-03-01 00:00 to now, 2026-03-02 09:00 (UTC); what is open, at its end\n',
    )
    expect(await stderrOf('diff', '2025-Q4', '2026q1')).toBe(
      'before: 2025-10-01 to 2025-12-31 (UTC); what is open, at its end\n' +
        'after: 2026-01-01 00:00 to now, 2026-03-02 09:00 (UTC); what is open, at its end\n',
    )
    expect(await stderrOf('diff', '2026-02-15', '--severity', 'low')).toBe(
      'before: the end of 2026-02-15 (UTC)\nafter: now, 2026-03-02 09:00 (UTC)\n',
    )
    await cto({ ...db, now }, 'metrics', 'kpis', '--json', '-o', 'kpis.json')
    expect(await stderrOf('diff', 'kpis.json')).toBe(
      'before: the figures in kpis.json\nafter: now, 2026-03-02 09:00 (UTC)\n',
    )
    expect(await stderrOf('diff', '2026-02-15', '--json')).toBe('')
  })

  test('does not exist for figures of a moment, which is named where it is past', async () => {
    for (const verb of ['kpis', 'aging', 'portfolio']) {
      expect([verb, await stderrOf(verb, '--as-of', '2026-01-31')]).toEqual([
        verb,
        expect.stringContaining('bugs as of the end of 2026-01-31 (UTC); projects as they are now\n'),
      ])
      expect([verb, await stderrOf(verb)]).toEqual([verb, expect.not.stringContaining('as of')])
    }
  })
})
