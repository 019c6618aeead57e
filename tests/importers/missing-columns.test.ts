import { describe, expect, test } from 'vitest'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

describe('a field that no column holds', () => {
  test.each([
    ['createdAt', 'Date Created'],
    ['createdAt', 'Created (UTC)'],
    ['createdAt', 'Submitted'],
    ['createdAt', 'Reported on'],
    ['createdAt', 'sys_created_on'],
    ['createdAt', 'Angelegt am'],
    ['createdAt', 'Date de création'],
    ['status', 'State Name'],
    ['status', 'Workflow state'],
    ['status', 'Ticket Status'],
    ['status', 'Statut'],
    ['severity', 'Issue Priority'],
  ])('%s: a column %s stops the import, with its flag', async (field, header) => {
    const columns = { createdAt: 'Created', status: 'Status', severity: 'Priority' }
    const others = Object.entries(columns).filter(([name]) => name !== field)
    const text = lines(`ID,Title,${others.map(([, name]) => name).join(',')},${header}`, '1,a,,,')
    await expect(importText('bugs', text)).rejects.toMatchObject({
      code: 'BAD_FILE',
      hint: `--map "${field}=${header}", or --ignore that column`,
    })
    const { plan } = await importText('bugs', text, { ignore: [header] })
    expect(plan.warnings).toHaveLength(1)
    const mapped = await importText('bugs', text, { map: [`${field}=${header}`] })
    expect(mapped.plan.warnings).toEqual([])
  })

  test('without such a column is a warning', async () => {
    const { plan } = await importText('bugs', lines('ID,Title,Stat', '1,a,Open'))
    expect(plan.warnings).toEqual([
      'no column is the createdAt, and bugs count as created now',
      'no column is the status, and bugs are pending → --map "status=Stat"',
      'no column is the severity, and bugs are medium',
    ])
  })

  test('is accepted if labels set it', async () => {
    const { plan } = await importText(
      'bugs',
      lines('html_url,title,state,labels,created_at', 'u,a,open,bug,'),
    )
    expect(plan.warnings).toEqual([])
  })
})

test('a resolution date means closed if no column is the status', async () => {
  const text = lines(
    'ID,Title,Priority,Created,Closed',
    '1,a,High,2026-01-01,2026-01-05',
    '2,b,Low,2026-01-01,',
  )
  const { records } = await importText('bugs', text)
  expect(records.map(({ status, resolvedAt }) => [status, resolvedAt?.toISOString() ?? null])).toEqual([
    ['closed', '2026-01-05T00:00:00.000Z'],
    ['pending', null],
  ])
})
