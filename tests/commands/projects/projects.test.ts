import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

describe('cto projects create', () => {
  test('has a flag for every column that people set', async () => {
    const columns = {
      name: ['Web shop', 'Web shop'],
      description: ['Sells books', 'Sells books'],
      'github-url': ['git@github.com:Acme/Shop.git', 'https://github.com/acme/shop'],
      'demo-url': ['https://shop.example.com', 'https://shop.example.com'],
      language: ['TypeScript', 'TypeScript'],
      tags: ['web,pay', ['web', 'pay']],
      stars: ['12', 12],
      forks: ['3', 3],
      'last-commit': ['2026-01-31', '2026-01-30T23:00:00.000Z'],
      status: ['shipped', 'shipped'],
      arr: ['120000', '120000.00'],
      'year1-revenue': ['1.5', '1.50'],
      'year3-revenue': ['999999999999.99', '999999999999.99'],
      'roi-score': ['-1.25', '-1.2500'],
      'dcf-valuation': ['-9999999999999999.99', '-9999999999999999.99'],
      'monthly-infra-cost': ['0', '0.00'],
      tam: ['9999999999999999.99', '9999999999999999.99'],
      sam: ['3', '3.00'],
      'som-year3': ['2', '2.00'],
      'traction-mrr': ['4', '4.00'],
      'margin-percent': ['-12.5', '-12.5000'],
      complexity: ['5', 5],
      'client-appeal': ['0', 0],
      'current-milestone': ['1', 1],
      'total-milestones': ['4', 4],
    } as const
    const flags = Object.entries(columns).map(([flag, [given]]) => `--${flag}=${given}`)
    const { exitCode, stdout } = await cto(
      db,
      'projects',
      'create',
      ...flags,
      '--json',
      '--tz',
      'Europe/Berlin',
    )
    const { data } = JSON.parse(stdout) as { data: Record<string, unknown> }
    const camelCase = (flag: string) => flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    expect(exitCode).toBe(0)
    expect(data).toMatchObject(
      Object.fromEntries(Object.entries(columns).map(([flag, [, stored]]) => [camelCase(flag), stored])),
    )
    expect(data).toMatchObject({ importId: null, createdAt: '2026-03-02T09:00:00.000Z', openBugs: [] })
    expect(await auditOf(db)).toMatchObject([{ action: 'project.create' }])
  })

  test('rejects a repository that another project has', async () => {
    await addProject(db, 'shop', { githubUrl: 'https://github.com/acme/shop' })
    const flags = ['--name', 'other', '--github-url', 'https://github.com/Acme/Shop/issues']
    const { exitCode, stderr } = await cto(db, 'projects', 'create', ...flags)
    expect([exitCode, stderr]).toEqual([
      7,
      lines(
        `target: ${db.target}`,
        'error: the project "shop" has the repository https://github.com/acme/shop already',
        '  fix: cto projects show https://github.com/acme/shop',
      ),
    ])
  })

  test.each([
    [[], 'a project needs --name'],
    [['--name', ' '], 'a project needs a name'],
    [['--name', 'x', '--arr', '-1'], '--arr: below zero: "-1"'],
    [['--name', 'x', '--arr', '1.234'], '--arr: too precise: "1.234"'],
    [['--name', 'x', '--tam', '12345678901234567'], '--tam: too large: "12345678901234567"'],
    [['--name', 'x', '--complexity', '6'], '--complexity "6" is not a whole number from 1 to 5'],
    [['--name', 'x', '--github-url', 'https://example.com/a/b'], '--github-url: not a repository on GitHub'],
    [['--name', 'x', '--last-commit', 'lately'], 'not a moment: "lately"'],
    [['--name', 'x', '--last-commit', '2026-03-03'], 'in the future: "2026-03-03"'],
    [['--name', 'x', '--status', 'activ'], 'no status "activ"'],
    [['--name', 'x', '--current-milestone', '2'], 'milestone 2 of 0 cannot be reached'],
    [['--name', 'x', '--id', '1'], "unknown option '--id'"],
  ])('with %j is exit 2', async (flags, message) => {
    const { exitCode, stdout, stderr } = await cto(db, 'projects', 'create', ...flags)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`error: ${message}`)
  })
})

describe('cto projects list', () => {
  test('shows active projects, the best return first, with their bugs', async () => {
    const shop = await addProject(db, 'shop', { roiScore: '2.5', language: 'Go' })
    await addProject(db, 'api', { roiScore: '10' })
    await addProject(db, 'blog')
    await addProject(db, 'old', { status: 'cancelled', roiScore: '99' })
    await addBug(db, { projectId: shop.id, severity: 'critical', revenueImpact: '12.50', at: hoursAgo(5) })
    await addBug(db, { projectId: shop.id, status: 'closed', revenueImpact: '99' })
    const { stdout } = await cto(db, 'projects', 'list')
    expect(stdout).toBe(
      lines(
        'name\tstatus\troiScore\tbugs.open\tbugs.bySeverity.critical\tbugs.slaBreaches\tbugs.revenueAtRisk\tlanguage',
        'api\tactive\t10.0000\t0\t0\t0\t\t',
        'shop\tactive\t2.5000\t1\t1\t1\t12.50\tGo',
        'blog\tactive\t\t0\t0\t0\t\t',
      ),
    )
  })

  test.each([
    [
      ['--status', 'all'],
      ['api', 'old', 'shop'],
    ],
    [['--status', 'cancelled,shipped'], ['old']],
    [['--language', 'GO,rust'], ['shop']],
    [
      ['--tag', 'web'],
      ['api', 'shop'],
    ],
    [['--text', 'SELLS'], ['shop']],
    [['--text', '100%'], []],
  ])('%j finds %j', async (flags, names) => {
    await addProject(db, 'shop', { language: 'Go', tags: ['web', 'pay'], description: 'Sells books' })
    await addProject(db, 'api', { language: 'Python', tags: ['web'] })
    await addProject(db, 'old', { status: 'cancelled' })
    const { exitCode, stdout } = await cto(db, 'projects', 'list', ...flags, '-f', 'ids')
    expect([exitCode, stdout]).toEqual([0, lines(...names)])
  })

  test('says on a terminal how many projects the default status hides, and which flag lists them', async () => {
    for (const name of ['a', 'b', 'c']) await addProject(db, name)
    for (const name of ['old', 'older']) await addProject(db, name, { status: 'shipped' })
    const hidden = '3 of 5 match by default; --status all for all\n'
    const onTerminal = async (...flags: string[]) =>
      (await cto({ ...db, terminal: 100 }, 'projects', 'list', '--wide', ...flags)).stderr
    expect(await onTerminal()).toBe(hidden)
    expect(await onTerminal('--limit', '0')).toBe(hidden)
    expect(await onTerminal('--limit', '2')).toBe(`2 of 3 shown; --limit 0 for all\n${hidden}`)
    expect(await onTerminal('--status', 'active')).toBe('')
    expect((await cto(db, 'projects', 'list')).stderr).toBe('')
  })

  test('has a notice when it is cut', async () => {
    for (const name of ['a', 'b', 'c']) await addProject(db, name)
    const { stdout, stderr } = await cto(db, 'projects', 'list', '-L', '2', '-f', 'ids')
    expect([stdout, stderr]).toEqual([lines('a', 'b'), '2 of 3 shown; --limit 0 for all\n'])
  })
})

describe('cto projects show', () => {
  test('has the open bugs, the most urgent first, and the latest metrics', async () => {
    const { id } = await addProject(db, 'shop')
    await addBug(db, { projectId: id, title: 'Typo', severity: 'low' })
    await addBug(db, { projectId: id, title: 'Checkout times out', severity: 'critical' })
    await addBug(db, { projectId: id, title: 'Gone', status: 'closed' })
    await db.sql(
      `INSERT INTO project_metrics (project_id, date, commits_count, contributors, lines_of_code, health_score)
       VALUES ($1, '2026-02-01', 1, 1, 1, 1), ($1, '2026-03-01', 12, 3, 4000, 80)`,
      [id],
    )
    const { stdout } = await cto(db, 'projects', 'show', 'SHOP', '--json')
    const { data } = JSON.parse(stdout) as { data: { openBugs: { title: string; sla: object }[] } }
    expect(data).toMatchObject({
      id,
      bugs: { open: 2, byStatus: { pending: 2, closed: 1 } },
      latestMetrics: { date: '2026-03-01', commitsCount: 12, linesOfCode: 4000, healthScore: 80 },
    })
    expect(data.openBugs.map(({ title }) => title)).toEqual(['Checkout times out', 'Typo'])
    expect(data.openBugs[0]?.sla).toMatchObject({ state: 'on_track' })
    const card = await cto(
      { ...db, terminal: 80 },
      'projects',
      'show',
      'shop',
      '--fields',
      'latestMetrics,openBugs',
    )
    expect(card.stdout).toBe(
      lines(
        'LATEST METRICS  2026-03-01: 12 commits by 3, 4000 lines, health 80',
        'OPEN BUGS       BUG-1002  critical  Checkout times out',
        '                BUG-1001  low       Typo',
      ),
    )
  })

  test('has only the most urgent bugs, counts all, with a notice', async () => {
    const { id } = await addProject(db, 'shop')
    await addBug(db, { projectId: id, title: 'Young' })
    await addBug(db, { projectId: id, title: 'Old', at: hoursAgo(1000) })
    await addBug(db, { projectId: id, title: 'Small', severity: 'low' })
    const titles = async (...flags: string[]) => {
      const { stdout, stderr } = await cto(db, 'projects', 'show', 'shop', '--json', ...flags)
      const { data } = JSON.parse(stdout) as {
        data: { bugs: { open: number }; openBugs: { title: string }[] }
      }
      expect(data.bugs.open).toBe(3)
      return [data.openBugs.map(({ title }) => title), stderr]
    }
    expect(await titles('--bugs', '1')).toEqual([['Old'], '1 of 3 open bugs shown; --bugs 0 for all\n'])
    expect(await titles('--bugs', '0')).toEqual([['Old', 'Young', 'Small'], ''])
    expect(await titles()).toEqual([['Old', 'Young', 'Small'], ''])
    const card = await cto(
      { ...db, terminal: 80 },
      'projects',
      'show',
      'shop',
      '--bugs',
      '1',
      '--fields',
      'bugs.byStatus,bugs.bySeverity,openBugs',
    )
    expect(card.stdout).toBe(
      lines(
        'BY STATUS         3 pending',
        'OPEN BY SEVERITY  2 medium, 1 low',
        'OPEN BUGS         BUG-1002  medium    Old',
        '                  … and 2 more',
      ),
    )
  })

  test('takes a unique prefix, the repository or the id', async () => {
    const { id } = await addProject(db, 'Web shop', { githubUrl: 'https://github.com/acme/shop' })
    await addProject(db, 'Web site')
    for (const name of ['web sh', 'https://github.com/Acme/Shop.git', id]) {
      const { stdout } = await cto(db, 'projects', 'show', name, '-f', 'ids')
      expect(stdout).toBe('Web shop\n')
    }
    const ambiguous = await cto(db, 'projects', 'show', 'web')
    expect([ambiguous.exitCode, ambiguous.stderr]).toEqual([
      2,
      expect.stringContaining('candidates: Web shop, Web site\n'),
    ])
    const unknown = await cto(db, 'projects', 'show', 'wbe shop')
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      3,
      expect.stringContaining('did you mean "Web shop"?\n'),
    ])
  })

  test('is case-sensitive if that distinguishes two, and shows the ids of those with the same name', async () => {
    const [upper, lower] = [await addProject(db, 'API'), await addProject(db, 'api')]
    const idOf = async (name: string) => {
      const { stdout } = await cto(db, 'projects', 'show', name, '--json')
      return (JSON.parse(stdout) as { data?: { id: string } }).data?.id
    }
    expect([await idOf('API'), await idOf('api')]).toEqual([upper.id, lower.id])
    const mixed = await cto(db, 'projects', 'show', 'Api')
    expect([mixed.exitCode, mixed.stderr]).toEqual([2, expect.stringContaining('candidates: API, api\n')])
    const twin = await addProject(db, 'api')
    const { stderr } = await cto(db, 'projects', 'show', 'api')
    for (const { id } of [lower, twin]) expect(stderr).toContain(`api (${id})`)
  })
})

test('cto projects list sorts by what is counted of open bugs', async () => {
  const [web, api] = [await addProject(db, 'web'), await addProject(db, 'api')]
  await addProject(db, 'idle')
  await addBug(db, { projectId: web.id, severity: 'low' })
  await addBug(db, { projectId: web.id, severity: 'low' })
  await addBug(db, { projectId: api.id, severity: 'critical', revenueImpact: '9.00', at: hoursAgo(9) })
  await addBug(db, { projectId: api.id, severity: 'critical', status: 'closed' })
  const order = async (field: string) =>
    (await cto(db, 'projects', 'list', '--sort', `${field}:desc,name`, '-f', 'ids')).stdout
      .split('\n')
      .slice(0, 3)
  expect(await order('bugs.open')).toEqual(['web', 'api', 'idle'])
  for (const field of ['bugs.bySeverity.critical', 'bugs.slaBreaches'])
    expect([field, await order(field)]).toEqual([field, ['api', 'idle', 'web']])
  expect((await order('bugs.revenueAtRisk'))[0]).toBe('api')
})
