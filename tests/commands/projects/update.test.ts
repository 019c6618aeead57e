import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

const shown = async (name: string) => {
  const { stdout } = await cto(db, 'projects', 'show', name, '--json')
  return (JSON.parse(stdout) as { data: Record<string, unknown> }).data
}

describe('cto projects update', () => {
  test('sets the given fields, keeps the rest, and audits the changes without texts', async () => {
    const { id } = await addProject(db, 'shop', { arr: '5.00', language: 'Go', at: hoursAgo(9) })
    const flags = ['--name', 'Web shop', '--arr', '7.5', '--complexity', '3', '--tags', 'web,pay']
    const { exitCode, stdout, stderr } = await cto(db, 'projects', 'update', 'shop', ...flags, '--json')
    expect([exitCode, stderr]).toEqual([0, `target: ${db.target}\n`])
    expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject({
      id,
      name: 'Web shop',
      arr: '7.50',
      complexity: 3,
      tags: ['web', 'pay'],
      language: 'Go',
      updatedAt: '2026-03-02T09:00:00.000Z',
    })
    expect((await auditOf(db)).at(-1)).toMatchObject({
      action: 'project.update',
      entity: id,
      details: {
        fields: ['name', 'tags', 'arr', 'complexity'],
        changes: { arr: ['5.00', '7.50'], complexity: [null, 3] },
      },
    })
  })

  test('none unsets every column that can be empty', async () => {
    const columns = {
      description: 'x',
      'github-url': 'https://github.com/acme/shop',
      'demo-url': 'https://shop.example.com',
      language: 'Go',
      stars: '1',
      forks: '1',
      'last-commit': '2026-01-31',
      arr: '1',
      'year1-revenue': '1',
      'year3-revenue': '1',
      'roi-score': '1',
      'dcf-valuation': '1',
      'monthly-infra-cost': '1',
      tam: '1',
      sam: '1',
      'som-year3': '1',
      'traction-mrr': '1',
      'margin-percent': '1',
      complexity: '1',
      'client-appeal': '1',
    }
    const set = Object.entries(columns).map(([flag, value]) => `--${flag}=${value}`)
    const unset = Object.keys(columns).map((flag) => `--${flag}=none`)
    await cto(db, 'projects', 'create', '--name', 'shop', '--tags', 'web', ...set)
    const { exitCode, stderr } = await cto(db, 'projects', 'update', 'shop', '--tags=none', ...unset)
    expect([exitCode, stderr]).toEqual([0, `target: ${db.target}\n`])
    const { id, name, createdAt, updatedAt, bugs, status, ...rest } = await shown('shop')
    expect(Object.entries(rest).filter(([, value]) => value !== null)).toEqual([
      ['tags', []],
      ['currentMilestone', 0],
      ['totalMilestones', 0],
      ['openBugs', []],
    ])
  })

  test.each([
    [['--sam', '11'], 'the SAM of 11.00 is larger than the TAM of 10.00'],
    [['--tam', '4.99'], 'the SAM of 5.00 is larger than the TAM of 4.99'],
    [['--som-year3', '5.01'], 'the SOM of 5.01 is larger than the SAM of 5.00'],
    [['--margin-percent', '100.1'], 'a margin of 100.1000 % is more than 100 %'],
    [['--current-milestone', '3'], 'milestone 3 of 2 cannot be reached'],
    [['--total-milestones', '0'], 'milestone 1 of 0 cannot be reached'],
    [['--arr', '-1'], '--arr: below zero: "-1"'],
    [['--status', 'none'], 'no status "none"'],
    [['--name', ' '], 'a project needs a name'],
    [[], 'nothing to change'],
  ])('with %j is exit 2 and changes nothing', async (flags, message) => {
    await addProject(db, 'shop', { tam: '10.00', sam: '5.00', currentMilestone: 1, totalMilestones: 2 })
    const before = await shown('shop')
    const { exitCode, stdout, stderr } = await cto(db, 'projects', 'update', 'shop', ...flags)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`error: ${message}\n`)
    expect(await shown('shop')).toEqual(before)
  })

  test('takes a whole market at once, whatever the order of the flags', async () => {
    await addProject(db, 'shop', { tam: '10.00', sam: '5.00' })
    const { exitCode } = await cto(db, 'projects', 'update', 'shop', '--sam', '20', '--tam', '30')
    expect(exitCode).toBe(0)
  })

  test('to the present values changes nothing, not even the time', async () => {
    await addProject(db, 'shop', { arr: '5.00', lastCommit: hoursAgo(1), at: hoursAgo(9) })
    const flags = ['--arr', '5', '--last-commit', hoursAgo(1).toISOString()]
    const { exitCode, stderr } = await cto(db, 'projects', 'update', 'shop', ...flags)
    expect([exitCode, stderr]).toEqual([
      0,
      lines(`target: ${db.target}`, 'the project "shop" already has these values; nothing was changed'),
    ])
    expect((await shown('shop'))['updatedAt']).toBe(hoursAgo(9).toISOString())
    expect((await auditOf(db)).map(({ action }) => action)).toEqual(['project.create'])
  })

  test('rejects a concurrent change, and a repository that another has: exit 7', async () => {
    await addProject(db, 'api', { githubUrl: 'https://github.com/acme/api' })
    await addProject(db, 'shop')
    const late = await cto(db, 'projects', 'update', 'shop', '--arr', '1', '--if-unchanged', '2026-03-01')
    expect([late.exitCode, late.stderr]).toEqual([
      7,
      expect.stringContaining('error: the project "shop" was changed at 2026-03-02T09:00:00.000Z\n'),
    ])
    const taken = await cto(db, 'projects', 'update', 'shop', '--github-url', 'git@github.com:Acme/API.git')
    expect([taken.exitCode, taken.stderr]).toEqual([
      7,
      expect.stringContaining(
        'error: the project "api" has the repository https://github.com/acme/api already\n',
      ),
    ])
    const own = await cto(
      db,
      'projects',
      'update',
      'api',
      '--github-url',
      'acme/api'.replace(/^/, 'github.com/'),
    )
    expect(own.exitCode).toBe(0)
  })

  test('money is the same from the flag to the column to JSON, to the last cent', async () => {
    await addProject(db, 'shop')
    const amount = (digits: number, least = 0n) =>
      fc.bigInt({ min: least, max: 10n ** BigInt(digits) - 1n }).map((cents) => {
        const text = String(cents < 0n ? -cents : cents).padStart(3, '0')
        return `${cents < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`
      })
    const figures = fc.record({
      arr: amount(14),
      tractionMrr: amount(14),
      tam: amount(18),
      dcfValuation: amount(18, -(10n ** 18n) + 1n),
    })
    const property = fc.asyncProperty(figures, async ({ arr, tractionMrr, tam, dcfValuation }) => {
      const flags = [
        `--arr=${arr}`,
        `--traction-mrr=${tractionMrr}`,
        `--tam=${tam}`,
        `--dcf-valuation=${dcfValuation}`,
      ]
      const { stdout } = await cto(db, 'projects', 'update', 'shop', ...flags, '--json')
      const wanted = { arr, tractionMrr, tam, dcfValuation }
      expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject(wanted)
      const stored = await db.sql(
        `SELECT arr::text, traction_mrr::text AS "tractionMrr", tam::text, dcf_valuation::text AS "dcfValuation" FROM projects`,
      )
      expect(stored).toEqual([wanted])
    })
    await fc.assert(property, { numRuns: 40 })
  })
})

describe('cto projects advance', () => {
  test('advances by one milestone, and never past the last', async () => {
    const { id } = await addProject(db, 'shop', { currentMilestone: 1, totalMilestones: 2 })
    const fields = ['--fields', 'currentMilestone,totalMilestones', '--no-header']
    const first = await cto(db, 'projects', 'advance', 'shop', ...fields)
    expect([first.exitCode, first.stdout]).toEqual([0, '2\t2\n'])
    const second = await cto(db, 'projects', 'advance', 'shop', ...fields)
    expect([second.exitCode, second.stdout, second.stderr]).toEqual([
      2,
      '',
      lines(
        `target: ${db.target}`,
        'error: the project "shop" has reached milestone 2 of 2; there is none to advance to',
        '  fix: cto projects update "shop" --total-milestones 3',
      ),
    ])
    const steps = (await auditOf(db)).filter(({ action }) => action === 'project.advance')
    expect(steps).toMatchObject([
      { action: 'project.advance', entity: id, details: { currentMilestone: [1, 2] } },
    ])
  })

  test('with --dry-run shows it and stays', async () => {
    await addProject(db, 'shop', { totalMilestones: 2 })
    const { stdout } = await cto(db, 'projects', 'advance', 'shop', '--json', '--dry-run')
    expect((JSON.parse(stdout) as { data: unknown }).data).toMatchObject({
      currentMilestone: 1,
      dryRun: true,
    })
    expect((await shown('shop'))['currentMilestone']).toBe(0)
  })
})
