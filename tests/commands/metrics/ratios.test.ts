import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { randomFrom } from '../../helpers/lives/life.js'

/*
 * SQL divides whole numbers to a whole number: without a cast, a ratio of counts is 0 or 1. Here the ratios and means that SQL
 * computes are fractions, and a second computation from the values that were stored gives the same.
 */

const db = useDatabase()

async function dataOf<T>(...argv: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await cto(db, ...argv, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: T }).data
}

type Figures = Record<string, { value: number | string | null; n: number }>

async function valueOf(verb: string, id: string): Promise<number> {
  const data = await dataOf<{ figures?: Figures } & Figures>('metrics', verb)
  return Number((data.figures ?? data)[id]?.value)
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
const median = (numbers: readonly number[]) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}

/** So that a whole number, or a half, is no accident. */
function expectFraction(actual: number, expected: number, digits: 2 | 4): void {
  expect(actual).toBe(Number(expected.toFixed(digits)))
  expect(expected * 2).not.toBeCloseTo(Math.round(expected * 2), 2)
}

const draw = randomFrom(20)
const wholeTo = (most: number) => 1 + Math.floor(draw() * most)

describe('of bugs', () => {
  test('mean time to resolution, in metrics, statistics and months', async () => {
    const hours = [5, 7, 13, wholeTo(40), wholeTo(40), 1, wholeTo(40)]
    for (const each of hours) {
      const bug = await addBug(db, { severity: 'low', at: hoursAgo(100) })
      await changeBug(db, bug, { status: 'closed', at: hoursAgo(100 - each) })
    }
    expectFraction(await valueOf('engineering', 'resolution.mean'), mean(hours), 2)
    const { resolutionHours } = await dataOf<{ resolutionHours: { mean: number; p50: number } }>(
      'bugs',
      'stats',
    )
    expectFraction(resolutionHours.mean, mean(hours), 2)
    await cto(db, 'metrics', 'snapshot')
    const [month] = await db.sql<{ days: string }>(
      `SELECT avg_resolution_days::text AS days FROM monthly_metrics WHERE month = '2026-02-01'`,
    )
    expectFraction(Number(month?.days), mean(hours) / 24, 2)
  })

  test('accuracy of estimates: actual hours are divided before the median is taken', async () => {
    const efforts = [
      [3, 1],
      [7, 5],
      [9, 2],
      [7, 9],
    ] as const
    for (const [estimatedHours, actualHours] of efforts) {
      const bug = await addBug(db, {
        estimatedHours: `${estimatedHours}`,
        actualHours: `${actualHours}`,
        at: hoursAgo(9),
      })
      await changeBug(db, bug, { status: 'closed', at: hoursAgo(5) })
    }
    const expected = median(efforts.map(([estimated, actual]) => actual / estimated))
    expectFraction(await valueOf('engineering', 'estimate.accuracy'), expected, 4)
  })

  test('share of resolutions that were reopened, and of SLAs that were kept', async () => {
    for (const [index, reopened] of [true, false, false, true, false, false, false].entries()) {
      const bug = await addBug(db, { severity: 'low', at: hoursAgo(40 * 24) })
      await changeBug(db, bug, { status: 'closed', at: hoursAgo(35 * 24 - index) })
      if (reopened) await changeBug(db, bug, { status: 'pending', at: hoursAgo(20 * 24) })
    }
    expectFraction(await valueOf('engineering', 'reopen.rate'), 2 / 7, 4)
    for (const hours of [1, 2, 3, 9, 10, 3]) {
      const bug = await addBug(db, { severity: 'critical', at: hoursAgo(50) })
      await changeBug(db, bug, { status: 'closed', at: hoursAgo(50 - hours) })
    }
    // Of the low ones, the five that stayed closed were resolved before the window.
    const verdicts = await dataOf<Figures>('metrics', 'sla')
    expect(verdicts['sla.compliance']?.n).toBe(6)
    expectFraction(Number(verdicts['sla.compliance']?.value), 4 / 6, 4)
  })
})

test('the share of bugs that their assignee verified goes by the assignee of that moment', async () => {
  const [ada, ben] = [await addUser(db, 'ada'), await addUser(db, 'ben')]
  const verify = async (by: string | null, assignees: { first: string; later?: string | null }) => {
    const bug = await addBug(db, { assignedToId: assignees.first, at: hoursAgo(90) })
    await changeBug(db, bug, { status: 'in_progress', at: hoursAgo(80) })
    await changeBug(db, bug, { status: 'verified', by, at: hoursAgo(50) })
    if (assignees.later !== undefined) {
      await changeBug(db, bug, { assignedToId: assignees.later, at: hoursAgo(40) })
    }
    return bug
  }
  await verify(ada.id, { first: ada.id })
  await verify(ada.id, { first: ada.id, later: ben.id })
  await verify(ben.id, { first: ada.id, later: ben.id })
  await verify(ben.id, { first: ada.id })
  await verify(null, { first: ada.id })
  // Of two verifications the last counts, and the assignment before it.
  const twice = await verify(ada.id, { first: ada.id })
  await changeBug(db, twice, { status: 'in_progress', at: hoursAgo(30) })
  await changeBug(db, twice, { assignedToId: ben.id, at: hoursAgo(20) })
  await changeBug(db, twice, { status: 'verified', by: ada.id, at: hoursAgo(10) })
  expectFraction(await valueOf('engineering', 'flow.self_verified'), 2 / 5, 4)
})

describe('of people', () => {
  test('imbalance and load, and the SLAs that each has kept', async () => {
    const loads = { ada: ['critical', 'low'], ben: ['high'], cid: ['medium', 'low'], dan: ['low'] } as const
    const points = { critical: 8, high: 4, medium: 2, low: 1 }
    const sums: number[] = []
    for (const [name, severities] of Object.entries(loads)) {
      const { id } = await addUser(db, name)
      for (const severity of severities) await addBug(db, { severity, assignedToId: id })
      sums.push(severities.reduce((sum, severity) => sum + points[severity], 0))
      const hours = name === 'ada' ? [1, 2, 9] : [1]
      for (const each of hours) {
        const done = await addBug(db, { severity: 'critical', assignedToId: id, at: hoursAgo(30) })
        await changeBug(db, done, { status: 'closed', at: hoursAgo(30 - each) })
      }
    }
    const expected = Math.max(...sums) / median(sums)
    const { members, imbalance } = await dataOf<{
      members: { name: string; slaCompliance: number }[]
      imbalance: number
    }>('metrics', 'team')
    expectFraction(imbalance, expected, 4)
    expectFraction(members.find(({ name }) => name === 'Ada')?.slaCompliance ?? NaN, 2 / 3, 4)
    await addBug(db, { severity: 'high' })
    const team = await cto({ ...db, terminal: 120 }, 'metrics', 'team')
    expect(team.stdout).toMatch(/^ada@example\.com .* 66\.7 % /m)
    expect(team.stderr).toMatch(
      /^heaviest load is [\d.]+ × the median of \d people; 1 open bug \(4 points\) is unassigned$/m,
    )
    const people = await dataOf<{ name: string; loadRatio: number }[]>('users', 'workload')
    expectFraction(people[0]?.loadRatio ?? NaN, expected, 2)
    const { stdout } = await cto({ ...db, terminal: 100 }, 'users', 'workload')
    expect(stdout).toContain(`${Number(expected.toFixed(2))}`)
  })
})

describe('of the portfolio', () => {
  test('milestones reached, and return weighted by revenue, before and after the cost of delay', async () => {
    const projects = [
      { roi: 1.5, revenue: 1000, reached: 4, milestones: 7 },
      { roi: 0.25, revenue: 2350, reached: 5, milestones: 11 },
      { roi: -0.4, revenue: 700, reached: 10, milestones: 15 },
    ]
    for (const [index, { roi, revenue, reached, milestones }] of projects.entries()) {
      const { id } = await addProject(db, `p${index}`, {
        roiScore: `${roi}`,
        year3Revenue: `${revenue}`,
        currentMilestone: reached,
        totalMilestones: milestones,
      })
      if (index === 0) await addBug(db, { projectId: id, revenueImpact: '33.00', at: hoursAgo(36) })
    }
    const sum = (of: (project: (typeof projects)[number]) => number) =>
      projects.reduce((total, project) => total + of(project), 0)
    const revenue = sum((project) => project.revenue)
    const weighted = sum((project) => project.roi * project.revenue)
    expectFraction(
      await valueOf('portfolio', 'portfolio.milestones'),
      sum(({ reached }) => reached) / sum(({ milestones }) => milestones),
      4,
    )
    expectFraction(await valueOf('portfolio', 'portfolio.roi'), weighted / revenue, 4)
    expectFraction(await valueOf('portfolio', 'portfolio.roi_net'), (weighted - 49.5) / revenue, 4)
    const overview = await dataOf<Record<string, unknown>>('projects', 'overview')
    expect(JSON.stringify(overview)).toContain(`${Number((weighted / revenue).toFixed(4))}`)
  })
})

test('every file of the portfolio that divides or averages in SQL is known, with the test of its fractions', () => {
  const root = 'src/data'
  const files = ['bugs', 'metrics', 'projects', 'users'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`),
  )
  const divides = files.filter((file) => {
    const code = readFileSync(path.join(root, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    const templates = code.match(/Prisma\.sql`[^`]*`|\$queryRaw[^`]*`[^`]*`|\$executeRaw[^`]*`[^`]*`/g) ?? []
    return templates.some((sql) => /\bavg\(| \/ /.test(sql.replace(/(['"])[^'"\n]*\1/g, '')))
  })
  expect(divides.toSorted()).toEqual(Object.keys(testedBy).toSorted())
})

/** Beside this file: where the fractions of a file are computed a second time. */
const testedBy: Readonly<Record<string, string>> = {
  'bugs/bug-predicates.ts': 'tests/data/bug-predicates.test.ts',
  'bugs/bug-replay.ts': 'here: mean time to resolution',
  'bugs/bug-stats.ts': 'here: mean time to resolution',
  'bugs/next-bugs.ts': 'tests/commands/bugs/next.test.ts',
  'bugs/search-conditions.ts': 'tests/commands/bugs/search.test.ts',
  'metrics/aggregates.ts': 'here: all',
  'metrics/month-history.ts': 'here: mean time to resolution',
  'metrics/portfolio.ts': 'tests/commands/metrics/worked.test.ts: cost of delay',
  'metrics/samples/deployments.ts': 'tests/commands/metrics/delivery/october.test.ts: 5/31 a day',
  'metrics/samples/effort.ts': 'here: accuracy of estimates',
  'metrics/samples/first-response.ts': 'tests/commands/metrics/traps.test.ts',
  'metrics/samples/project-health.ts': 'tests/commands/metrics/project-health.test.ts',
  'metrics/samples/pulls.ts': 'tests/commands/metrics/delivery/filters.test.ts: the age of open ones',
  'metrics/samples/resolution.ts': 'tests/commands/metrics/worked.test.ts: Kaplan and Meier',
  'metrics/samples/sessions.ts': 'tests/commands/metrics/sessions.test.ts',
  'metrics/samples/sla-verdict.ts': 'tests/commands/metrics/worked.test.ts: SLA compliance',
  'metrics/team.ts': 'here: imbalance and load',
  'projects/search-projects.ts': 'tests/commands/projects/search.test.ts',
  'users/workload.ts': 'here: imbalance and load',
}
