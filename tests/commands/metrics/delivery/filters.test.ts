import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../../../helpers/cto.js'
import { useDatabase } from '../../../helpers/database.js'
import {
  addAccount,
  addCommit,
  addDeployment,
  addIssue,
  addOrganization,
  addPull,
  addRepository,
  addReview,
  expectStagesToAddUp,
} from '../../../helpers/delivery.js'
import { addProject, addUser, hoursAgo } from '../../../helpers/factories.js'
import { figuresOf, refusal, valuesOf } from './figures.js'

const db = useDatabase()

afterEach(() => expectStagesToAddUp(db))

/** Two repositories of two organizations; ada has a user and two accounts, and a bot writes too. */
beforeEach(async () => {
  const shop = await addProject(db, 'shop')
  const user = await addUser(db, 'ada')
  const ada = await addAccount(db, 'ada-l', { user_id: user.id })
  const alias = await addAccount(db, 'ada-old', { main_id: ada })
  const bot = await addAccount(db, 'renovate[bot]', { is_bot: true })
  const grace = await addAccount(db, 'grace')
  const web = await addRepository(db, await addOrganization(db, 'acme'), { project_id: shop.id })
  const api = await addRepository(db, await addOrganization(db, 'umbrella'), { full_name: 'umbrella/api' })
  const merged_at = hoursAgo(5)
  await addPull(db, web, { number: 1, merged_at, author_id: ada, labels: ['feature', 'ui'] })
  await addPull(db, web, { number: 2, merged_at, author_id: alias, base_branch: 'release' })
  await addPull(db, web, { number: 3, merged_at, author_id: bot, labels: ['dependencies'] })
  const last = await addPull(db, api, { number: 1, merged_at, author_id: grace, labels: [] })
  await addReview(db, last, { author_id: ada, submitted_at: hoursAgo(6) })
  await addIssue(db, api, { opened_at: hoursAgo(9), first_response_at: hoursAgo(7), labels: ['ui'] })
  await addCommit(db, web, 'c1', { committed_at: hoursAgo(7), author_id: alias, additions: 3, deletions: 1 })
  for (const [environment, service] of [
    ['production', 'web'],
    ['production', null],
    ['staging', 'web'],
  ])
    await addDeployment(db, web, { environment, service, finished_at: hoursAgo(3) })
})

describe('metrics delivery', () => {
  test.each([
    [[], 3],
    [['--org', 'acme'], 2],
    [['--org', '!acme'], 1],
    [['--repo', 'umbrella/api'], 1],
    [['--repo', 'API,web'], 3],
    [['--project', 'shop'], 2],
    [['--project', 'none'], 1],
    [['--author', 'ada@example.com'], 2],
    [['--author', 'ada-old'], 2],
    [['--author', 'GRACE'], 1],
    [['--author', '!ada-l'], 1],
    [['--label', 'ui'], 1],
    [['--label', 'none'], 2],
    [['--base', 'Release'], 1],
    [['--bots', 'include'], 4],
    [['--bots', 'only'], 1],
    [['--bots', 'include', '--label', 'dependencies', '--org', 'acme'], 1],
  ])('with %j has %i merged pull requests', async (flags, count) => {
    expect((await figuresOf(db, ...flags))['pr.merged']?.value).toBe(count)
  })

  test('has the age of open pull requests in fractions of days', async () => {
    const { id } = await addProject(db, 'ages')
    const repository = await addRepository(db, await addOrganization(db, 'ages'), {
      full_name: 'ages/app',
      project_id: id,
    })
    await addPull(db, repository, { number: 1, opened_at: hoursAgo(33.12), state: 'open', merged_at: null })
    const { 'pr.open_age.p90': age } = await figuresOf(db, '--org', 'ages')
    expect(age).toMatchObject({ value: 1.38, n: 1 })
  })

  test('narrows deployments by environment and service', async () => {
    expect(await valuesOf(db, ['dora.deployments'])).toEqual({ 'dora.deployments': [2, 2] })
    expect(await valuesOf(db, ['dora.deployments'], '--service', 'web')).toEqual({
      'dora.deployments': [1, 1],
    })
    expect(await valuesOf(db, ['dora.deployments'], '--service', 'none')).toEqual({
      'dora.deployments': [1, 1],
    })
    expect(await valuesOf(db, ['dora.deployments'], '--environment', 'STAGING')).toEqual({
      'dora.deployments': [1, 1],
    })
  })

  test('leaves out figures to which a filter does not apply, and says how many', async () => {
    const { stdout, stderr } = await cto(db, 'metrics', 'delivery', '--author', 'grace', '--fields', 'id')
    expect(stdout).not.toContain('dora.deployments')
    expect(stdout).toContain('pr.cycle.p50')
    expect(stderr).toMatch(/^7 figures to which these filters do not apply are left out$/m)
  })

  test('has no flags of bugs', async () => {
    expect(refusal(await cto(db, 'metrics', 'delivery', '--severity', 'critical'))).toEqual([
      2,
      "error: unknown option '--severity'",
    ])
  })

  test('names what is not known, with the nearest name', async () => {
    const { exitCode, stderr } = await cto(db, 'metrics', 'delivery', '--repo', 'acme/wbe')
    expect([exitCode, stderr.split('\n').slice(0, 2)]).toEqual([
      3,
      ['error: no repository named "acme/wbe"', '  did you mean "acme/web"?'],
    ])
  })

  test('counts days in the time zone of the user', async () => {
    await db.sql(`UPDATE deployments SET finished_at = '2026-02-28T23:30:00Z' WHERE service IS NULL`)
    await db.sql(`UPDATE deployments SET finished_at = '2026-03-01T00:30:00Z' WHERE service = 'web'`)
    const days = ['dora.active_days', 'dora.frequency']
    expect(await valuesOf(db, days, '--between', '2026-02-28..2026-03-01')).toEqual({
      'dora.active_days': [2, 2],
      'dora.frequency': [1, 2],
    })
    expect(await valuesOf(db, days, '--between', '2026-02-28..2026-03-01', '--tz', 'Europe/Berlin')).toEqual({
      'dora.active_days': [1, 1],
      'dora.frequency': [1, 2],
    })
  })

  test('a month with a change of the clock has whole days', async () => {
    await db.sql(`UPDATE deployments SET finished_at = '2025-10-30T12:00:00Z'`)
    const figures = await figuresOf(db, '--between', '2025-10-01..2025-10-31', '--tz', 'Europe/Berlin')
    expect(figures['dora.frequency']?.value).toBe(0.0645)
  })

  test('of repositories that were never synced says what the figures count, for a gate and an explanation too', async () => {
    await db.sql('UPDATE repositories SET synced_from = NULL, synced_through = NULL')
    for (const words of [
      ['delivery'],
      ['check', '--max', 'pr.open=1000'],
      ['explain', 'pr.open'],
      ['explain', 'pr.open', '--rows'],
    ]) {
      const { stderr } = await cto(db, 'metrics', ...words, '--repo', 'acme/web')
      expect(stderr, words.join(' ')).toMatch(
        /^1 of 1: repositories that were never synced: figures count only what a clone, events or files brought; affects (?:\d+ figures|pr\.open)$/m,
      )
    }
    const { stderr } = await cto(db, 'metrics', 'check', '--max', 'open.total=1000')
    expect(stderr).not.toContain('synced')
  })

  test('says where the window was not synced', async () => {
    await db.sql(
      `UPDATE repositories SET synced_from = '2025-01-01', synced_through = '2026-03-01T00:00:00Z'`,
    )
    const { stderr } = await cto(db, 'metrics', 'delivery', '--repo', 'acme/web')
    expect(stderr).toMatch(
      /^1 of 1: repositories whose sync does not cover the window; affects \d+ figures$/m,
    )
    const covered = await cto(
      db,
      'metrics',
      'delivery',
      '--repo',
      'acme/web',
      '--between',
      '2026-02-01..2026-02-28',
    )
    expect(covered.stderr).not.toContain('sync')
  })

  test('is written for Prometheus with a name per metric', async () => {
    const { stdout } = await cto(db, 'metrics', 'delivery', '--format', 'prometheus')
    expect(stdout).toContain('\ncto_pr_merged_pull_requests 3\n')
    expect(stdout).toContain('\ncto_dora_frequency_deployments_per_day 0.0667\n')
    expect(stdout).not.toContain('\ncto_dora_lead_p50_hours ')
    expect(stdout).toContain('\ncto_sample_size{metric="dora.lead.p50"} 0\n')
  })
})

describe('a filter that has no meaning for a metric is refused', () => {
  test.each([
    [
      'check',
      ['--max', 'dora.fail_rate=0.1', '--severity', 'low'],
      '--severity is not a filter of dora.fail_rate',
    ],
    ['check', ['--max', 'open.total=5', '--repo', 'acme/web'], '--repo is not a filter of open.total'],
    [
      'check',
      ['--max', 'dora.fail_rate=0.1', '--author', 'grace'],
      '--author is not a filter of dora.fail_rate',
    ],
    ['explain', ['pr.cycle.p50', '--mine', '--as', 'ada'], '--assignee is not a filter of pr.cycle.p50'],
    ['explain', ['pr.cycle.p50', '--rows', '--service', 'web'], '--service is not a filter of pr.cycle.p50'],
  ])('by metrics %s %j', async (verb, flags, message) => {
    expect(refusal(await cto(db, 'metrics', verb, ...flags))).toEqual([2, `error: ${message}`])
  })

  test('but a filter that both kinds have narrows both', async () => {
    const limits = ['--max', 'open.total=5', '--max', 'pr.merged=2']
    const { exitCode } = await cto(db, 'metrics', 'check', ...limits, '--project', 'shop')
    expect(exitCode).toBe(0)
    expect((await cto(db, 'metrics', 'check', ...limits)).exitCode).toBe(8)
  })
})

describe('compared', () => {
  test('metrics check compares with the window before', async () => {
    const { stdout, exitCode } = await cto(db, 'metrics', 'check', '--fail-on', 'pr.merged>+2', '--json')
    expect(exitCode).toBe(8)
    expect(JSON.parse(stdout)).toMatchObject({
      data: { gates: [{ id: 'pr.merged', value: 3, baseline: 0, limit: 2, tripped: true }] },
    })
  })

  test('no data trips a gate, unless that is allowed', async () => {
    const gate = ['metrics', 'check', '--max', 'dora.lead.p50=24']
    expect((await cto(db, ...gate)).exitCode).toBe(8)
    expect((await cto(db, ...gate, '--allow-null')).exitCode).toBe(0)
  })

  test('metrics diff compares the 30 days before two moments', async () => {
    const { stdout } = await cto(db, 'metrics', 'diff', '2026-02-01', '--fields', 'id,before,after')
    expect(stdout).toContain('open.total\t0\t0\n')
    expect(stdout).toContain('pr.merged\t0\t3\n')
    expect(stdout).toContain('dora.deployments\t0\t2\n')
  })

  test('metrics diff compares two months of one repository without a stored snapshot', async () => {
    const { stdout } = await cto(
      db,
      ...['metrics', 'diff', '2026-02', '2026-03', '--repo', 'acme/web', '--fields', 'id,before,after'],
    )
    expect(stdout).toContain('pr.merged\t0\t2\n')
    expect(stdout).not.toContain('open.total')
  })

  test('metrics diff leaves repositories out where a filter of bugs is given', async () => {
    const { stdout } = await cto(db, 'metrics', 'diff', '2026-02-01', '--severity', 'low', '--fields', 'id')
    expect(stdout).toContain('open.total')
    expect(stdout).not.toContain('pr.merged')
  })

  test('the report has a section that a lead would show, where a repository is known', async () => {
    // Its pull requests have no known stage.
    const { stdout } = await cto(db, 'report', '--markdown')
    expect(stdout).toContain('## Delivery')
    expect(stdout).toContain('No data: stages of the pull requests merged in the window.')
    const ofOne = (await cto(db, 'report', '--markdown', '--repo', 'acme/web')).stdout
    for (const title of ['Commits', 'Authors of commits', 'Lines changed']) expect(ofOne).toContain(title)
    await db.sql('UPDATE pull_requests SET ready_at = $1, first_review_at = $2 WHERE merged_at IS NOT NULL', [
      hoursAgo(9),
      hoursAgo(7),
    ])
    const withStages = (await cto(db, 'report', '--markdown')).stdout
    expect(withStages).toContain('| ready → first review | 2 h | 2 h | 3 |')
    expect(withStages).not.toContain('No data: stages')
    await db.sql('DELETE FROM repositories')
    expect((await cto(db, 'report', '--markdown')).stdout).not.toContain('## Delivery')
  })
})

describe('figures about people', () => {
  test('metrics developer joins the accounts of a person', async () => {
    const { stdout } = await cto(db, 'metrics', 'developer', '--json')
    const { data } = JSON.parse(stdout) as { data: Record<string, unknown>[] }
    expect(data).toHaveLength(2)
    expect(data[0]).toMatchObject({
      name: 'Ada',
      email: 'ada@example.com',
      login: 'ada-l',
      commits: 1,
      additions: 3,
      prsMerged: 2,
      reviews: 1,
      prsReviewed: 1,
    })
    expect(data[1]).toMatchObject({ name: 'grace', email: null, prsMerged: 1, reviews: 0 })
  })

  test('the rows of the imbalance of reviews are the people who reviewed', async () => {
    const { stdout } = await cto(db, 'metrics', 'explain', 'review.imbalance', '--rows', '--json')
    expect((JSON.parse(stdout) as { data: object[] }).data).toMatchObject([
      { kind: 'person', name: 'ada@example.com', title: 'Ada', measured: '1.0000' },
    ])
  })

  test('are refused where delivery.people is off, and those of repositories are not', async () => {
    const { exitCode } = await cto(db, 'config', 'set', 'delivery.people', 'off', '--shared')
    expect(exitCode).toBe(0)
    for (const line of [
      ['metrics', 'developer'],
      ['metrics', 'delivery', '--author', 'grace'],
      ['metrics', 'check', '--max', 'pr.merged=2', '--author', 'grace'],
      ['metrics', 'explain', 'pr.merged', '--rows', '--author', 'grace'],
      ['metrics', 'explain', 'review.imbalance', '--rows'],
    ]) {
      const result = await cto(db, ...line)
      expect([line, result.exitCode, result.stdout]).toEqual([line, 4, ''])
      expect(result.stderr).toContain('the shared setting delivery.people is off')
    }
    expect((await figuresOf(db))['review.imbalance']?.n).toBe(1)
  })

  test('neither is anything but on and off', async () => {
    const result = await cto(db, 'config', 'set', 'delivery.people', 'maybe', '--shared')
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toContain('neither on nor off: "maybe"')
  })
})
