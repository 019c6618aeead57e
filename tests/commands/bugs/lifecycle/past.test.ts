import { expect, test } from 'vitest'
import { dayMs, hourMs } from '../../../../src/domain/duration.js'
import { cto, now as start, type World } from '../../../helpers/cto.js'
import { useDatabase } from '../../../helpers/database.js'
import { addUser } from '../../../helpers/factories.js'
import { randomFrom } from '../../../helpers/lives/life.js'
import * as rules from './model.js'
import type { Model, Severity, Status } from './model.js'

const db = useDatabase()

/** As in the specification with `CTO_TEST_PAST_STEPS=300`. */
const steps = Number(process.env['CTO_TEST_PAST_STEPS'] ?? 60)
const bugCount = Math.ceil(steps / 15)

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low']
const statuses: readonly Status[] = ['pending', 'in_progress', 'verified', 'shipped', 'closed', 'deferred']

interface ModelBug extends Model {
  createdAt: number
}

/** All bugs of the model from a moment on. */
interface Chapter {
  at: number
  bugs: ReadonlyMap<string, ModelBug>
}

test(
  'random lives are shown as of any moment as they were then, on the millisecond of a change too',
  async () => {
    const random = randomFrom(41)
    for (const name of ['ada', 'grace']) await addUser(db, name)
    const chapters = await lead(random)
    const end = (chapters.at(-1)?.at ?? 0) + 9 * dayMs
    const asked = { ...db, now: new Date(end) }

    for (const moment of momentsWithin(chapters, end, random)) {
      const bugs = chapterAt(chapters, moment)
      const asOf = new Date(moment).toISOString()
      const list = ['bugs', 'list', '--as-of', asOf, '--status', 'all', '--limit', '0']
      const shown = await dataOf<Record<string, unknown>[]>(asked, ...list)
      const numbered = shown.map((bug) => [bug['bugNumber'], bug] as const)
      expect(Object.fromEntries(numbered), asOf).toMatchObject(
        Object.fromEntries([...bugs].map(([number, bug]) => [number, shownAt(bug, moment)])),
      )
      expect(shown).toHaveLength(bugs.size)
      const kpis = await dataOf<Record<string, { value: unknown }>>(asked, 'metrics', 'kpis', '--as-of', asOf)
      expect(kpis, asOf).toMatchObject(kpisAt([...bugs.values()], moment))
    }

    for (let day = 0; start.getTime() + (day + 7) * dayMs < end; day += 7) {
      const from = Date.UTC(2026, 2, 2 + day)
      const window = { from, to: from + 7 * dayMs }
      const between = `${dayOf(window.from)}..${dayOf(window.to - dayMs)}`
      const sla = await dataOf<Record<string, { value: number | null; n: number }>>(
        ...([asked, 'metrics', 'sla', '--between', between] as const),
      )
      expect(sla['sla.compliance'], between).toMatchObject(complianceIn(chapters, window))
      const flow = await dataOf<{ unexplained: number; periods: Record<string, number>[] }>(
        ...([asked, 'metrics', 'flow', '--by', 'week', '--between', between] as const),
      )
      expect([flow.unexplained, flow.periods], between).toMatchObject([0, [flowIn(chapters, window)]])
    }
  },
  60_000 + steps * 3000,
)

/** Random steps through the command line; what each leaves is a chapter. */
async function lead(random: () => number): Promise<Chapter[]> {
  const chapters: Chapter[] = []
  let at = start.getTime()
  let bugs = new Map<string, ModelBug>()
  const pick = <T>(values: readonly T[]): T => {
    const value = values[Math.floor(random() * values.length)]
    if (value === undefined) throw new Error('nothing to pick from')
    return value
  }
  const type = async (...argv: string[]) => {
    const { exitCode, stdout, stderr } = await cto(
      { ...db, now: new Date(at) },
      ...argv,
      '--as',
      'ada',
      '-f',
      'ids',
    )
    expect(exitCode, stderr).toBe(0)
    return stdout.trim()
  }
  for (let i = 0; i < steps; i++) {
    // Some things happen in the same millisecond.
    if (random() > 0.1) at += Math.floor(random() ** 3 * 6 * dayMs)
    bugs = new Map([...bugs].map(([number, bug]) => [number, { ...bug }]))
    if (i % 15 === 0 && bugs.size < bugCount) {
      const severity = pick(severities)
      const number = await type('bugs', 'create', '--title', `Bug ${i}`, '-s', severity)
      bugs.set(number, { ...rules.created(severity, at), createdAt: at })
    } else {
      const [number, bug] = pick([...bugs])
      await step(bug, { number, at, random, pick, type })
    }
    chapters.push({ at, bugs })
  }
  return chapters
}

interface Stepping {
  number: string
  at: number
  random: () => number
  pick: <T>(values: readonly T[]) => T
  type: (...argv: string[]) => Promise<string>
}

/** One change of the bug, typed, and applied to the model. */
async function step(bug: ModelBug, { number, at, random, pick, type }: Stepping): Promise<void> {
  const update = (...flags: string[]) => type('bugs', 'update', number, ...flags)
  const kind = random()
  if (kind < 0.5) {
    const to = pick(statuses.filter((status) => status !== bug.status))
    await update('--status', to, '--force')
    rules.step(bug, to, at)
  } else if (kind < 0.68) {
    const to = pick(severities)
    await update('--severity', to)
    rules.setSeverity(bug, to, at)
  } else if (kind < 0.78 && !rules.isResolved(bug.status)) {
    const to = pick([1, 4, 24, 30, 72])
    await update('--sla-hours', String(to))
    rules.setSlaHours(bug, to, at)
  } else if (kind < 0.86) {
    const to = pick([null, '10.00', '5000.00'])
    await update('--revenue-impact', to ?? 'none')
    rules.setField(bug, 'revenue', to, at)
  } else if (kind < 0.92) {
    const to = pick([null, 7, 93])
    await update('--priority', to === null ? 'auto' : String(to))
    rules.pin(bug, to, at)
  } else if (kind < 0.96) {
    await update(bug.blocker ? '--no-blocker' : '--blocker')
    rules.setField(bug, 'blocker', !bug.blocker, at)
  } else {
    const to = pick([null, 'ada', 'grace'])
    await type('bugs', 'assign', number, '--to', to ?? 'none')
    rules.setField(bug, 'assignee', to, at)
  }
}

/** Random moments, and those of changes: the millisecond of one and the one before. */
function momentsWithin(chapters: readonly Chapter[], end: number, random: () => number): number[] {
  const first = chapters[0]?.at ?? 0
  const between = Array.from({ length: 10 }, () => Math.floor(first + random() * (end - first)))
  const dues = chapters.flatMap(({ bugs }) => [...bugs.values()].map(({ slaDueAt }) => slaDueAt))
  const onIt = [...chapters.map(({ at }) => at), ...dues].filter((at) => at > first && at < end)
  const some = onIt.filter(() => random() < 40 / onIt.length)
  return [...between, ...some.flatMap((at) => [at - 1, at])]
}

/** The bugs as the last change up to the moment left them; several can be of one moment. */
function chapterAt(chapters: readonly Chapter[], moment: number): Chapter['bugs'] {
  return chapters.findLast(({ at }) => at <= moment)?.bugs ?? new Map<string, ModelBug>()
}

function shownAt(bug: ModelBug, moment: number): Record<string, unknown> {
  const { severity, status, blocker, pinned, slaHours } = bug
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const remainingMs = bug.slaDueAt - (bug.slaStoppedAt ?? moment)
  const used = 1 - remainingMs / (slaHours * hourMs)
  return {
    ...{ severity, status, slaHours, isBlocker: blocker, priorityPinned: pinned !== null },
    revenueImpact: bug.revenue,
    priorityScore: rules.priorityOf(bug),
    slaDueAt: time(bug.slaDueAt),
    slaStoppedAt: time(bug.slaStoppedAt),
    resolvedAt: time(bug.resolvedAt),
    updatedAt: time(bug.updatedAt),
    createdAt: time(bug.createdAt),
    assignedTo: bug.assignee === null ? null : { email: `${bug.assignee}@example.com` },
    sla: { state: stateAt(bug, moment), remainingSeconds: Math.floor(remainingMs / 1000) },
    urgency: isOpen(bug) ? urgencyOf(bug, used, moment) : null,
  }
}

function stateAt(bug: ModelBug, moment: number): string {
  if (rules.isResolved(bug.status)) return isLate(bug, moment) ? 'missed' : 'met'
  if (bug.status === 'deferred') return 'paused'
  if (isLate(bug, moment)) return 'breached'
  return bug.slaDueAt - moment > 0.2 * bug.slaHours * hourMs ? 'on_track' : 'at_risk'
}

function urgencyOf(bug: ModelBug, used: number, moment: number): number {
  const sla = Math.min(1, Math.max(0, (used - 0.5) / 0.5))
  const age = Math.min(1, (moment - bug.createdAt) / (90 * dayMs))
  return Math.round(0.75 * rules.priorityOf(bug) + 20 * sla + 5 * age)
}

function kpisAt(bugs: readonly ModelBug[], moment: number): Record<string, { value: unknown }> {
  const open = bugs.filter(isOpen)
  const count = (which: (bug: ModelBug) => boolean) => ({ value: open.filter(which).length })
  return {
    'open.total': count(() => true),
    'open.critical': count(({ severity }) => severity === 'critical'),
    'open.high': count(({ severity }) => severity === 'high'),
    'open.medium': count(({ severity }) => severity === 'medium'),
    'open.low': count(({ severity }) => severity === 'low'),
    'open.blockers': count(({ blocker }) => blocker),
    'sla.breached': count((bug) => isLate(bug, moment)),
  }
}

interface Window {
  from: number
  to: number
}

/** Every bug once, as it stood at the end of the window. */
function complianceIn(
  chapters: readonly Chapter[],
  { from, to }: Window,
): { value: number | null; n: number } {
  const isIn = (at: number | null) => at !== null && at >= from && at < to
  const verdicts = [...chapterAt(chapters, to - 1).values()].flatMap((bug) => {
    const missed = isLate(bug, to)
    const at = missed ? (bug.slaBreachedAt ?? bug.slaDueAt) : bug.resolvedAt
    return isIn(at) ? [missed ? 0 : 1] : []
  })
  const met = verdicts.filter((verdict) => verdict === 1).length
  return {
    value: verdicts.length === 0 ? null : Number((met / verdicts.length).toFixed(4)),
    n: verdicts.length,
  }
}

/** Changes of the backlog, chapter by chapter. */
function flowIn(chapters: readonly Chapter[], { from, to }: Window): Record<string, number> {
  const flow = { created: 0, resolved: 0, reopened: 0 }
  for (const [i, { at, bugs }] of chapters.entries()) {
    if (at < from || at >= to) continue
    for (const [number, bug] of bugs) {
      const before = chapters[i - 1]?.bugs.get(number)
      const was = before !== undefined && rules.isResolved(before.status)
      if (before === undefined) flow.created++
      if (rules.isResolved(bug.status) && !was) flow.resolved++
      if (!rules.isResolved(bug.status) && was) flow.reopened++
    }
  }
  const backlog = [...chapterAt(chapters, to - 1).values()].filter(({ status }) => !rules.isResolved(status))
  return {
    ...flow,
    backlog: backlog.length,
    deferred: backlog.filter(({ status }) => status === 'deferred').length,
  }
}

function isOpen({ status }: ModelBug): boolean {
  return !rules.isResolved(status) && status !== 'deferred'
}

function isLate(bug: ModelBug, moment: number): boolean {
  return bug.slaBreachedAt !== null || (bug.slaStoppedAt ?? moment) > bug.slaDueAt
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

async function dataOf<T>(world: World, ...argv: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await cto(world, ...argv, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: T }).data
}
