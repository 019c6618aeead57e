import { describe, expect, test } from 'vitest'
import { issueReader } from '../../src/importers/github/read-issue.js'
import { readAnswers } from '../../src/importers/validate/answers.js'
import { labelReader } from '../../src/importers/validate/labels.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

describe('labels', () => {
  const read = labelReader({ severity: new Map(), status: new Map() })

  test.for([
    ['P0', 'critical'],
    ['P-critical', 'critical'],
    ['P-high', 'high'],
    ['Pri1', 'critical'],
    ['pri-2', 'high'],
    ['[Priority] High', 'high'],
    ['P1: urgent', 'critical'],
    ['P0: Critical', 'critical'],
    ['severity3: broken', 'medium'],
    ['severity:major', 'high'],
    ['Major', 'high'],
    ['criticality: highest', 'critical'],
    ['🔥 critical', 'critical'],
    ['🚨 critical p0', 'critical'],
    ['S-critical', 'critical'],
    ['critical bug', 'critical'],
    ['bug:high', 'high'],
    ['priority.high', 'high'],
    ['priority/critical-urgent', 'critical'],
    ['high-priority', 'high'],
    ['urgency:high', 'high'],
    ['severity: error', 'high'],
    ['error', null],
    ['info', null],
    ['s3: uploads', null],
    ['level-editor', null],
    ['critical path', null],
    ['high contrast', null],
    ['priority: 1', 'critical'],
    ['sev-2', 'high'],
    ['High Priority', 'high'],
    ['priority/medium', 'medium'],
    ['Severity::Low', 'low'],
    ['severity=minor', 'low'],
    ['@low', 'low'],
    ['enhancement', 'low'],
    ['type: enhancement', 'low'],
    ['release-blocker', null],
    ['area: high availability', null],
    ['Sub-ScriptingEngine', null],
    ['bug', null],
  ] as const)('%s is the severity %s', ([label, severity]) => {
    expect(read([label]).severity?.[1] ?? null).toBe(severity)
  })

  test.for([
    ['in progress', 'open', 'in_progress'],
    ['1 - In Progress', 'open', 'in_progress'],
    ['status: verified', 'open', 'verified'],
    ['on hold', 'open', 'deferred'],
    ['0 - Backlog', 'open', 'pending'],
    ['duplicate', 'open', null],
    ['in progress', 'closed', null],
    ['released', 'closed', 'shipped'],
    ['area: in progress bar', 'open', null],
  ] as const)('%s on an issue that is %s is the status %s', ([label, state, status]) => {
    expect(read([label]).status[state]?.[1] ?? null).toBe(status)
  })

  test('the highest severity counts', () => {
    expect(read(['enhancement', 'P2', 'low']).severity).toEqual(['P2', 'high'])
  })

  test.for([
    ['blocker', true],
    ['Blocker', true],
    ['release-blocker', true],
    ['priority: blocker', true],
    ['P0-blocker', true],
    ['2.1 blocker', true],
    ['blocker bug', true],
    ['ad-blocker', false],
    ['non-blocker', false],
    ['not-a-blocker', false],
    ['area: popup blocker', false],
    ['blocked', false],
  ] as const)('%s is a blocker: %s', ([label, isBlocker]) => {
    expect(read([label]).isBlocker).toBe(isBlocker)
  })

  test.for([
    ['priority: must have', 'priority: must have'],
    ['priority/important-soon', 'priority/important-soon'],
    ['1.severity: security', '1.severity: security'],
    ['P-soon', 'P-soon'],
    ['priority: none', null],
    ['s3: uploads', null],
    ['area: search', null],
  ] as const)('%s is a severity that is not understood: %s', ([label, unknown]) => {
    expect(read([label]).unknownSeverity).toBe(unknown)
    expect(read([label, 'low']).unknownSeverity).toBeNull()
  })

  test("the user's answer comes first", () => {
    const answered = labelReader({ severity: new Map([['priority:musthave', 'high']]), status: new Map() })
    expect(answered(['priority: must have'])).toMatchObject({
      severity: ['priority: must have', 'high'],
      unknownSeverity: null,
    })
  })

  test.each([
    [['status.not_planned=deferred'], ['deferred', 'closed', 'shipped', 'pending']],
    [['status.completed=shipped'], ['closed', 'shipped', 'shipped', 'pending']],
    [['status.closed=shipped'], ['shipped', 'shipped', 'shipped', 'pending']],
    [
      ['status.not planned=deferred', 'status.closed=shipped'],
      ['deferred', 'shipped', 'shipped', 'pending'],
    ],
  ])('a reason of closed issues is mapped by %s', async (map, expected) => {
    const rows = [
      'html_url,title,state,state_reason,labels',
      'https://github.com/acme/web/issues/1,a,closed,not_planned,',
      'https://github.com/acme/web/issues/2,b,closed,COMPLETED,bug',
      'https://github.com/acme/web/issues/3,c,closed,completed,released',
      'https://github.com/acme/web/issues/4,d,open,,',
    ]
    const { records } = await importText('bugs', lines(...rows), { from: 'github', map })
    expect(records.map(({ status }) => status)).toEqual(expected)
  })

  test('a CSV of gh and the API read them the same way', async () => {
    const names = [
      'Major',
      'severity:major',
      'P0: Critical',
      'error',
      'high-priority',
      'release-blocker',
      'ad-blocker',
    ]
    const issues = names.map((name, index) => ({
      number: index + 1,
      html_url: `https://github.com/acme/web/issues/${index + 1}`,
      title: name,
      state: 'open',
      labels: [{ name }],
      created_at: '2026-01-31T00:00:00Z',
      updated_at: '2026-01-31T00:00:00Z',
    }))
    const rules = { externalSource: 'github', answers: readAnswers('bugs', {}), findPerson: () => null }
    const readIssue = issueReader(rules)
    const byApi = issues.map((issue) => {
      const outcome = readIssue(issue, 'web')
      return 'record' in outcome ? [outcome.record.severity, outcome.record.isBlocker] : null
    })
    const rows = issues.map(({ html_url, title }) => `${html_url},${title},open,"${title}"`)
    const byCsv = await importText('bugs', lines('html_url,title,state,labels', ...rows), { from: 'github' })
    expect(byCsv.records.map(({ severity, isBlocker }) => [severity, isBlocker])).toEqual(byApi)
  })
})
