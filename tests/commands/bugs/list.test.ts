import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()
const days = 24

/** Seven bugs that differ in every filtered field; the comment gives the state of each. */
async function seed(): Promise<void> {
  const ada = (await addUser(db, 'ada')).id
  const grace = (await addUser(db, 'grace')).id
  const shop = (await addProject(db, 'shop', { tags: ['web', 'money'] })).id
  const ledger = (await addProject(db, 'ledger', { tags: ['money'] })).id
  // 1001: an hour past due
  const checkout = { title: 'Checkout times out', isBlocker: true, projectId: shop, assignedToId: ada }
  await addBug(db, { ...checkout, severity: 'critical', at: hoursAgo(5) })
  // 1002: at risk
  const cart = { title: 'Cart forgets its 50 % discount', projectId: shop, assignedToId: grace }
  const slow = await addBug(db, { ...cart, severity: 'high', at: hoursAgo(20) })
  await changeBug(db, slow, { status: 'in_progress', at: hoursAgo(19) })
  // 1003: on track, unassigned
  const totals = { title: 'Totals are off by_one', projectId: ledger, createdById: ada }
  await addBug(db, { ...totals, severity: 'medium', at: hoursAgo(2 * days) })
  // 1004: on track, without a project
  const typo = await addBug(db, { title: 'Typo, one by one', severity: 'low', at: hoursAgo(10 * days) })
  await changeBug(db, typo, { status: 'verified', at: hoursAgo(9 * days) })
  // 1005: paused
  const pdf = { title: 'Export as PDF', description: 'Not before the checkout works', projectId: ledger }
  const later = await addBug(db, { ...pdf, severity: 'medium', at: hoursAgo(30 * days) })
  await changeBug(db, later, { status: 'deferred', at: hoursAgo(30 * days) })
  // 1006: resolved in time
  const logo = { title: 'Logo is blurred', projectId: shop, assignedToId: ada }
  const quick = await addBug(db, { ...logo, severity: 'high', at: hoursAgo(4 * days) })
  await changeBug(db, quick, { status: 'closed', at: hoursAgo(4 * days - 2) })
  // 1007: resolved too late
  const old = await addBug(db, { title: 'Login fails', severity: 'critical', at: hoursAgo(40 * days) })
  await changeBug(db, old, { status: 'shipped', at: hoursAgo(20 * days) })
}

describe('filters', () => {
  const chosen: Record<string, number[]> = {
    // Open ones, unless a flag selects others.
    '': [1001, 1002, 1003, 1004],
    '--status all': [1001, 1002, 1003, 1004, 1005, 1006, 1007],
    '--status unresolved': [1001, 1002, 1003, 1004, 1005],
    '--status resolved': [1006, 1007],
    '--status deferred,SHIPPED': [1005, 1007],
    '--status In-Progress': [1002],
    '--status !open': [1005, 1006, 1007],
    // OR inside one, by commas or by repeating; AND across.
    '-s critical,high': [1001, 1002],
    '-s critical --severity high': [1001, 1002],
    '-s !critical,high': [1003, 1004],
    '-s critical -p shop': [1001],
    '-s critical -p ledger': [],
    // People and projects by any of their names; none means unset.
    '-p SHOP': [1001, 1002],
    '-p led,none': [1003, 1004],
    '-p none': [1004],
    '-p !none': [1001, 1002, 1003],
    '-p !shop': [1003, 1004],
    '-a ada@example.com': [1001],
    '-a grace,none': [1002, 1003, 1004],
    '-a !ada': [1002, 1003, 1004],
    '-a @me --as Grace': [1002],
    '--mine --as ada --status all': [1001, 1006],
    '--creator ada': [1003],
    '--creator none': [1001, 1002, 1004],
    '--tag web': [1001, 1002],
    '--tag web,money': [1001, 1002, 1003],
    '--tag !web': [1003, 1004],
    '--tag none': [1004],
    '--blocker': [1001],
    // The clock; states of bugs that are not open imply every status.
    '--sla breached': [1001],
    '--sla at_risk': [1002],
    '--sla on-track': [1003, 1004],
    '--sla paused': [1005],
    '--sla met': [1006],
    '--sla missed': [1007],
    '--sla breached,missed': [1001, 1007],
    '--sla !on_track': [1001, 1002],
    // Times: from then on, a day, both ends included; --resolved implies every status.
    '--created 2d': [1001, 1002, 1003],
    '--created 1w --status all': [1001, 1002, 1003, 1006],
    '--created 2026-02-28': [1003],
    '--created 2026-02-20..2026-02-28': [1003, 1004],
    '--created ..2026-02-20 --status all': [1004, 1005, 1007],
    '--updated 2026-02-21': [1004],
    '--resolved 7d': [1006],
    '--resolved ..2026-02-10': [1007],
    // Text is taken literally, in title and description, whatever its case.
    '--text checkout --status all': [1001, 1005],
    '--text %': [1002],
    '--text by_one': [1003],
  }

  test('select by the flags', async () => {
    await seed()
    const found: Record<string, number[]> = {}
    for (const flags of Object.keys(chosen)) {
      const given = flags.split(' ').filter((flag) => flag !== '')
      const { stdout } = await cto(db, 'bugs', 'list', ...given, '--sort', 'bugNumber', '-f', 'ids')
      found[flags] = [...stdout.matchAll(/BUG-(\d+)/g)].map(([, number]) => Number(number))
    }
    expect(found).toEqual(chosen)
  })

  test('a day begins in the zone of --tz', async () => {
    await addBug(db, { at: new Date('2026-02-28T23:30:00Z') })
    const on = (day: string, zone: string) =>
      cto(db, 'bugs', 'list', '--created', day, '--tz', zone, '-f', 'ids').then(({ stdout }) => stdout)
    expect(await on('2026-03-01', 'Europe/Berlin')).toBe('BUG-1001\n')
    expect(await on('2026-03-01', 'UTC')).toBe('')
    expect(await on('2026-02-28', 'UTC')).toBe('BUG-1001\n')
  })

  test.each([
    [
      '--severity hihg',
      2,
      ['no severity "hihg"', 'did you mean "high"?', 'fix: valid: critical, high, medium, low'],
    ],
    ['--severity low,!high', 2, ['"!high": a ! stands once, before the whole list of severity values']],
    ['--project shpo', 3, ['no project named "shpo"', 'did you mean "shop"?', 'fix: cto projects list']],
    [
      '--assignee nobody',
      3,
      ['no user "nobody"', 'fix: cto users list, or cto users create --email ada@example.com --name Ada'],
    ],
    ['--assignee me', 3, ['no user "me"', 'fix: @me, the user whom --as names']],
    ['--mine', 4, ['@me needs an acting user', 'fix: name yourself with --as you@example.com or CTO_USER']],
    [
      '--created tomorrow',
      2,
      [
        'not a period: "tomorrow"',
        'fix: write 7d, 1y, monday, yesterday, 2026-01, 2026-01-31 or 2026-01-01..2026-02-01',
      ],
    ],
  ])('%s is rejected: exit %i', async (flags, exitCode, [what = '', ...more]) => {
    await addProject(db, 'shop')
    await addUser(db, 'ada')
    const result = await cto(db, 'bugs', 'list', ...flags.split(' '))
    const stderr = lines(`error: ${what}`, ...more.map((line) => `  ${line}`))
    expect(result).toEqual({ exitCode, stdout: '', stderr })
  })

  test.each([
    ['list --mine', 4, 'error: @me needs an acting user'],
    ['list --assignee ada', 3, 'error: no user "ada"'],
    ['start 1001 --as ada', 3, 'error: no user "ada"'],
    ['next', 0, 'unassigned bugs only: there are no users'],
    ['start 1001', 0, 'BUG-1001 has no assignee, since there are no users'],
  ])('bugs %s names the way to the first user where there is none', async (line, exitCode, what) => {
    await addBug(db)
    const result = await cto(db, 'bugs', ...line.split(' '))
    expect(result.exitCode).toBe(exitCode)
    expect(result.stderr).toContain(what)
    expect(result.stderr).toContain('cto users create --email you@example.com --name "Your Name"\n')
  })

  test('an ambiguous name is rejected with the candidates', async () => {
    await addProject(db, 'webshop')
    await addProject(db, 'web api')
    const { exitCode, stderr } = await cto(db, 'bugs', 'list', '-p', 'web')
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      lines(
        'error: several projects begin with "web"',
        '  candidates: web api, webshop',
        '  fix: use the full name, or the id',
      ),
    )
  })
})

describe('output', () => {
  const hidden = '4 of 7 match by default; --status all for all'

  test('is a table on a terminal, the highest priority first', async () => {
    await seed()
    const { stdout, stderr } = await cto({ ...db, terminal: 140 }, 'bugs', 'list')
    expect(stdout).toBe(
      lines(
        'BUG       SEVERITY  STATUS       PRIO  SLA                  ASSIGNEE           PROJECT  TITLE',
        'BUG-1001  critical  pending        75  breached, 1 h late   ada@example.com    shop     Checkout times out',
        'BUG-1002  high      in_progress    42  at risk, 4 h left    grace@example.com  shop     Cart forgets its 50 % discount',
        'BUG-1003  medium    pending        24  on track, 24 h left  —                  ledger   Totals are off by_one',
        'BUG-1004  low       verified        6  on track, 20 d left  —                  —        Typo, one by one',
      ),
    )
    expect(stderr).toBe(lines(hidden))
  })

  test('uses short forms on a narrow terminal', async () => {
    await seed()
    const { stdout } = await cto({ ...db, terminal: 100 }, 'bugs', 'list')
    expect(stdout).toBe(
      lines(
        'BUG       SEV   STAT   PR  SLA      WHO    PROJECT  TITLE',
        'BUG-1001  crit  pend   75  late 1h  ada    shop     Checkout times out',
        'BUG-1002  high  prog   42  risk 4h  grace  shop     Cart forgets its 50 % discount',
        'BUG-1003  med   pend   24  ok 24h   —      ledger   Totals are off by_one',
        'BUG-1004  low   verif   6  ok 20d   —      —        Typo, one by one',
      ),
    )
  })

  test('counts on a terminal what the default status leaves out, and names the flag that lists it', async () => {
    await seed()
    const remarks = async (...flags: string[]) =>
      (await cto({ ...db, terminal: 200 }, 'bugs', 'list', ...flags)).stderr
    expect(await remarks()).toBe(lines(hidden))
    expect(await remarks('-L', '0')).toBe(lines(hidden))
    expect(await remarks('--project', 'ledger')).toBe('1 of 2 match by default; --status all for all\n')
    expect(await remarks('--as-of', '2026-03-02')).toContain(' of 7 match by default; --status all for all\n')
    for (const flags of [
      ['--status', 'open'],
      ['--status', 'all'],
      ['--resolved', '7d'],
      ['--sla', 'met'],
    ])
      expect(await remarks(...flags), flags.join(' ')).not.toContain('by default')
    expect((await cto(db, 'bugs', 'list')).stderr).toBe('')
  })

  test('hides the least important columns, with a notice', async () => {
    await seed()
    const { stdout, stderr } = await cto({ ...db, terminal: 40 }, 'bugs', 'list')
    expect(stdout).toBe(
      lines(
        'BUG      SEV  SLA     TITLE',
        'BUG-1001 crit late 1h Checkout times out',
        'BUG-1002 high risk 4h Cart forgets its …',
        'BUG-1003 med  ok 24h  Totals are off by…',
        'BUG-1004 low  ok 20d  Typo, one by one',
      ),
    )
    const cut = ['no room for STATUS, PRIO, ASSIGNEE,', '  PROJECT; --wide or --format list shows', '  them']
    expect(stderr).toBe(lines(hidden, ...cut))
    expect((await cto({ ...db, terminal: 40 }, 'bugs', 'list', '--wide')).stderr).toBe(lines(hidden))
  })

  test('is TSV in a pipe, with the same columns, whole and unambiguous', async () => {
    await seed()
    await addBug(db, { title: 'Tab\there,\nline there \u001b[31m', severity: 'low' })
    const { stdout } = await cto(db, 'bugs', 'list', '-s', 'critical,low')
    expect(stdout).toBe(
      lines(
        'bugNumber\tseverity\tstatus\tpriorityScore\tsla\tassignedTo\tproject\ttitle',
        'BUG-1001\tcritical\tpending\t75\tbreached\tada@example.com\tshop\tCheckout times out',
        ...(await inOrderOfId([
          ['BUG-1004', 'BUG-1004\tlow\tverified\t6\ton_track\t\t\tTypo, one by one'],
          ['BUG-1008', 'BUG-1008\tlow\tpending\t6\ton_track\t\t\tTab\\there,\\nline there \\x1b[31m'],
        ])),
      ),
    )
  })

  test('is JSON for programs, with its page', async () => {
    await seed()
    const fields = 'bugNumber,project.name,sla.state,urgency,resolvedAt'
    const { stdout } = await cto(db, 'bugs', 'list', '--json', '-L', '2', '--fields', fields)
    const { data, page } = JSON.parse(stdout) as { data: unknown; page: unknown }
    const shop = { name: 'shop' }
    expect(data).toEqual([
      { bugNumber: 'BUG-1001', project: shop, sla: { state: 'breached' }, urgency: 76, resolvedAt: null },
      { bugNumber: 'BUG-1002', project: shop, sla: { state: 'at_risk' }, urgency: 45, resolvedAt: null },
    ])
    expect(page).toEqual({ returned: 2, total: 4, hasMore: true, nextCursor: expect.any(String) as string })
  })

  test('of a cut list has a notice on stderr, unless --quiet', async () => {
    await seed()
    const cut = await cto(db, 'bugs', 'list', '-L', '1', '-f', 'ids')
    expect(cut).toEqual({ exitCode: 0, stdout: 'BUG-1001\n', stderr: '1 of 4 shown; --limit 0 for all\n' })
    expect((await cto(db, 'bugs', 'list', '-L', '1', '-f', 'ids', '-q')).stderr).toBe('')
    const whole = await cto(db, 'bugs', 'list', '-L', '0', '-f', 'ids')
    expect(whole).toEqual({
      exitCode: 0,
      stdout: lines('BUG-1001', 'BUG-1002', 'BUG-1003', 'BUG-1004'),
      stderr: '',
    })
  })

  test('without a match is an empty list, not a failure', async () => {
    const { exitCode, stdout, stderr } = await cto(db, 'bugs', 'list', '--json')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      data: [],
      page: { returned: 0, total: 0, hasMore: false, nextCursor: null },
    })
  })

  test('no open bug at all: a terminal shows where bugs come from', async () => {
    const { exitCode, stderr } = await cto({ ...db, terminal: 80 }, 'bugs', 'list')
    expect([exitCode, stderr]).toEqual([
      0,
      'No open bugs. --status all lists closed ones; import some:\n  cto import csv FILE --type bugs\n',
    ])
  })

  test.each([
    [
      '-s critical,high -p shop -a ada --creator grace',
      'severity critical,high 4 → project shop 3 → assignee ada 2 → creator grace 0',
    ],
    ['--mine --as grace -s low', 'severity low 1 → assignee @me 0'],
    // What applies by default is named last.
    ['--text login', 'text login 1 → status open 0'],
    ['--status all --text nowhere --blocker', 'status all 7 → blocker 1 → text nowhere 0'],
    ['--sla paused -p shop --limit 0', 'project shop 3 → sla paused 0'],
    ['--created 2020-01-01', 'created 2020-01-01 0'],
  ])('without a match, by %s, names on a terminal the filter that left none', async (flags, reason) => {
    await seed()
    const line = ['bugs', 'list', ...flags.split(' ')]
    const { exitCode, stdout, stderr } = await cto({ ...db, terminal: 80 }, ...line)
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: `no bugs: ${reason}\n` })
    expect((await cto(db, ...line)).stderr).toBe('')
    expect((await cto({ ...db, terminal: 80 }, ...line, '-q')).stderr).toBe('')
  })
})

describe('order', () => {
  test('is by JSON field names, nulls last in both directions', async () => {
    for (const revenueImpact of ['20.00', null, '3.50', '100.00'])
      await addBug(db, { severity: 'low', ...(revenueImpact !== null && { revenueImpact }), priority: 10 })
    const by = async (sort: string) => {
      const { stdout } = await cto(db, 'bugs', 'list', '--sort', sort, '-f', 'ids')
      return [...stdout.matchAll(/BUG-100(\d)/g)].map(([, number]) => Number(number))
    }
    expect(await by('revenueImpact')).toEqual([3, 1, 4, 2])
    expect(await by('revenueImpact:desc')).toEqual([4, 1, 3, 2])
    expect(await by('severity,bugNumber:desc')).toEqual([4, 3, 2, 1])
  })

  test('of numbers is numeric', async () => {
    await addBug(db)
    await db.sql("UPDATE bugs SET bug_number = 'BUG-10000'")
    await addBug(db)
    await db.sql("UPDATE bugs SET bug_number = 'BUG-9999' WHERE bug_number <> 'BUG-10000'")
    expect((await cto(db, 'bugs', 'list', '--sort', 'bugNumber', '-f', 'ids')).stdout).toBe(
      lines('BUG-9999', 'BUG-10000'),
    )
  })

  test.each([
    ['titel', 'cannot sort by "titel"', '  did you mean "title"?'],
    ['title:up', 'cannot sort "up"', '  fix: write title:asc or title:desc'],
  ])('by %s is refused', async (sort, message, next) => {
    const { exitCode, stdout, stderr } = await cto(db, 'bugs', 'list', '--sort', sort)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr.split('\n').slice(0, 2)).toEqual([`error: ${message}`, next])
  })
})

describe('paging', () => {
  test('walks through ties and nulls without losing or repeating a bug', async () => {
    for (const revenueImpact of [null, '5.00', '5.00', null, '5.00', '9.00', null])
      await addBug(db, { ...(revenueImpact !== null && { revenueImpact }), priority: 50 })
    const sorted = ['bugs', 'list', '--sort', 'revenueImpact:desc'] as const
    const whole = await cto(db, ...sorted, '-f', 'ids')
    const numbers: string[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const at = cursor === undefined ? [] : ['--cursor', cursor]
      const { stdout } = await cto(db, ...sorted, '-L', '2', '--json', ...at)
      const { data, page } = JSON.parse(stdout) as {
        data: { bugNumber: string }[]
        page: { total: number; nextCursor: string | null }
      }
      expect(page.total).toBe(7)
      numbers.push(...data.map(({ bugNumber }) => bugNumber))
      cursor = page.nextCursor
    }
    expect(lines(...numbers)).toBe(whole.stdout)
    expect(new Set(numbers).size).toBe(7)
  })

  test('rejects a cursor of another order', async () => {
    await addBug(db)
    await addBug(db)
    const { stdout } = await cto(db, 'bugs', 'list', '-L', '1', '--json')
    const { page } = JSON.parse(stdout) as { page: { nextCursor: string } }
    for (const cursor of [page.nextCursor, 'nonsense']) {
      const { exitCode, stderr } = await cto(db, 'bugs', 'list', '--sort', 'title', '--cursor', cursor)
      expect(exitCode).toBe(2)
      expect(stderr).toBe(
        lines(
          'error: the cursor does not belong to this list',
          '  fix: use nextCursor of the previous page, with the same --sort',
        ),
      )
    }
  })
})

/** Ids are random, and break ties. */
async function inOrderOfId(byNumber: [string, string][]): Promise<string[]> {
  const rows = await db.sql<{ n: string }>('SELECT bug_number AS n FROM bugs ORDER BY id')
  const rank = new Map(rows.map(({ n }, at) => [n, at]))
  return byNumber.sort(([a], [b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)).map(([, line]) => line)
}

test.each(['--assignee', '--severity', '--status', '--project', '--tag', '--sla'])(
  'a filter without a value is refused, not left out: %s ""',
  async (flag) => {
    const { exitCode, stdout, stderr } = await cto(db, 'bugs', 'list', flag, '')
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining('"" names nothing\n')])
  },
)
