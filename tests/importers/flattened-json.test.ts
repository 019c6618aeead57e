import { describe, expect, test } from 'vitest'
import { peopleIndex } from '../../src/importers/validate/people.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

const findPerson = peopleIndex([{ email: 'ann@example.com', labels: ['ann'] }])

describe("GitHub's JSON as a table", () => {
  test.each([
    ['labels.0.name,labels.1.name,assignees.0.login,user.login'],
    ['labels/0/name,labels/1/name,assignees/0/login,user/login'],
    ['labels[0].name,labels[1].name,assignees[0].login,user.login'],
  ])('keeps lists that were flattened to %s', async (flattened) => {
    const text = lines(
      `number,title,state,created_at,html_url,${flattened}`,
      '7,Cart is empty,open,2025-03-01T10:00:00Z,https://github.com/acme/web/issues/7,web,severity/high,ann,ann',
      '8,Typo,open,2025-03-01T10:00:00Z,https://github.com/acme/web/issues/8,docs,,,ann',
    )
    const { records, plan } = await importText('bugs', text, { findPerson })
    expect(records.map(({ labels, severity, assignee }) => [labels, severity, assignee?.email])).toEqual([
      [['severity/high', 'web'], 'high', 'ann@example.com'],
      [['docs'], 'medium', undefined],
    ])
    expect(plan.mapping.unused).toEqual([])
  })

  test('keeps lists that stand in a cell as JSON', async () => {
    const cells = [
      JSON.stringify([
        { id: 'a', name: 'web, cart', description: 'All of it, "x"' },
        { name: 'priority: high' },
      ]),
      JSON.stringify([{ login: 'ann', name: 'Ann Lee' }]),
      JSON.stringify({ number: 3, title: 'v2' }),
    ]
    const text = lines(
      'number,title,state,createdAt,labels,assignees,milestone',
      ['7,Cart is empty,OPEN,2025-03-01T10:00:00Z', ...cells.map(quoted)].join(','),
    )
    const { records } = await importText('bugs', text, { findPerson, from: 'github' })
    expect(records).toMatchObject([
      {
        labels: ['fix:v2', 'priority: high', 'web, cart'],
        severity: 'high',
        assignee: { email: 'ann@example.com' },
      },
    ])
  })

  test('skips pull requests, which the API lists among the issues', async () => {
    const text = lines(
      'number,title,state,created_at,html_url,pull_request.html_url',
      '7,Cart is empty,open,2025-03-01T10:00:00Z,https://github.com/acme/web/issues/7,',
      '8,Fill it,closed,2025-03-01T10:00:00Z,https://github.com/acme/web/pull/8,https://github.com/acme/web/pull/8',
    )
    const { records, counts } = await importText('bugs', text)
    expect(records.map(({ title }) => title)).toEqual(['Cart is empty'])
    expect(counts).toMatchObject({ records: 2, created: 1, skipped: 1 })
  })
})

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}
