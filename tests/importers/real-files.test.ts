import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { importFile } from '../helpers/csv-import.js'

const shared = fileURLToPath(new URL('../../../shared/data', import.meta.url))
const demo = fileURLToPath(new URL('../../fixtures/demo/jira-export.csv', import.meta.url))

const tallyOf = <T>(values: readonly T[], value: T): number => values.filter((one) => one === value).length

describe.skipIf(!existsSync(shared))('the real files of ../shared/data', () => {
  it('Bugzilla, SeaMonkey: 1,076 bugs, 509 of them with a resolution date', async () => {
    const { counts, plan, records, run } = await importFile('bugs', `${shared}/bugs/bugzilla-seamonkey.csv`)
    expect(counts).toMatchObject({ records: 1076, created: 1076, rejected: 0, skipped: 0, duplicates: 0 })
    expect(plan.preset.name).toBe('bugzilla')
    expect(records.filter((bug) => bug.resolvedAt !== null)).toHaveLength(509)
    expect(run.tally.resolvedAtDropped).toBe(567)
    expect(run.tally.absent).toEqual({ severity: [{ from: '--', to: 'medium', count: 961 }] })
    expect(records[0]?.createdAt).toEqual(new Date('2020-01-02T17:14:21Z'))
  })

  it('Jira, Hadoop: 2,503 bugs, 1,738 medium by Major', async () => {
    const { counts, plan, records, run } = await importFile('bugs', `${shared}/bugs/jira-hadoop.csv`)
    expect(counts).toMatchObject({ records: 2503, created: 2503, rejected: 0 })
    expect(plan.preset.name).toBe('jira')
    expect(run.tally.values['severity']?.[0]).toEqual({ from: 'Major', to: 'medium', count: 1738 })
    expect(records.filter((bug) => bug.isBlocker)).toHaveLength(76)
    expect(
      tallyOf(
        records.map((bug) => bug.status),
        'closed',
      ),
    ).toBe(1733)
    expect(records[0]?.createdAt).toEqual(new Date('2021-09-30T17:20:00Z'))
    expect(records[0]?.description).toContain('like:\r\n\r\nrecord')
  })

  it('Jira Cloud: 22 bugs among 56 columns, some of them repeated', async () => {
    const { counts, records, run } = await importFile('bugs', `${shared}/bugs/jira-cloud.csv`)
    expect(counts).toMatchObject({ created: 22, rejected: 0 })
    expect(records[0]).toMatchObject({ externalId: 'TES-25', createdAt: new Date('2025-09-22T09:26:00Z') })
    expect(run.tally.strangers).toBe(33)
  })

  it('Linear: 10 bugs, and its other export by content', async () => {
    const { counts, records, plan } = await importFile('bugs', `${shared}/bugs/linear.csv`)
    expect(counts).toMatchObject({ created: 10, rejected: 0 })
    expect(plan.preset.name).toBe('linear')
    expect(records[0]?.createdAt).toEqual(new Date('2022-08-23T13:54:01Z'))
    const variant = await importFile('bugs', `${shared}/bugs/linear-variant.csv`)
    expect(variant.plan).toMatchObject({ preset: { name: 'linear' }, keyKind: 'content' })
    expect(variant.records[0]).toMatchObject({
      description: 'Just make it smooth',
      project: 'Mobile',
      resolvedAt: null,
    })
  })

  it('Bugzilla without a title: rejected, with a reason', async () => {
    await expect(importFile('bugs', `${shared}/bugs/bugzilla-firefox-no-title.csv`)).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: '"bugzilla-firefox-no-title.csv" has no column for the required field title of bugs',
      reason: expect.stringContaining('none of its 10,420 records') as string,
    })
  })

  it('GitHub rankings: 3,449 projects and 151 duplicates; CRLF with 111 repeated keys', async () => {
    const day = await importFile('projects', `${shared}/projects/github-ranking-2026-08-21.csv`)
    expect(day.counts).toMatchObject({ records: 3600, created: 3449, duplicates: 151, rejected: 0 })
    const next = await importFile('projects', `${shared}/projects/github-ranking-2026-08-22.csv`)
    const before = new Map(day.records.map((project) => [project.githubUrl, project]))
    expect(next.records.filter((project) => !before.has(project.githubUrl))).toHaveLength(3)
    const changed = next.records.filter((project) => {
      const old = before.get(project.githubUrl)
      return old !== undefined && JSON.stringify(old) !== JSON.stringify(project)
    })
    expect(changed).toHaveLength(2170)
    const old = await importFile('projects', `${shared}/projects/github-ranking-2018-12-18-crlf.csv`)
    expect(old.plan.survey.lastOf.size).toBe(111)
    expect(old.counts).toMatchObject({ records: 2700, rejected: 0 })
  })
})

describe('the export of the demo', () => {
  it('is Jira’s, and every row of it imports', async () => {
    const { counts, plan, records } = await importFile('bugs', demo)
    expect(counts).toMatchObject({ records: 12, created: 12, rejected: 0 })
    expect(plan.preset.name).toBe('jira')
    expect(new Set(records.map((bug) => bug.severity)).size).toBe(4)
    expect(new Set(records.map((bug) => bug.status)).size).toBeGreaterThanOrEqual(5)
    expect(records[0]).toMatchObject({ externalId: 'PAY-48', estimatedHours: '4.00', actualHours: '1.50' })
  })
})
