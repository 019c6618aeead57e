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

  test.each([
    ['createdAt', 'Entry', ['2026-01-31', '1.2.2026', 'Feb 2, 2026']],
    ['createdAt', 'Data di apertura', ['31/01/2026', '01/02/2026', '']],
    ['status', 'Phase', ['Open', 'Closed', 'With Ann']],
    ['status', 'Lane', ['Backlog', 'Done', 'Done']],
    ['severity', 'Wie schlimm', ['High', 'low', 'P1']],
  ])('%s: a column %s is suggested by its values', async (field, header, values) => {
    const others = [
      ['createdAt', 'Created', '2026-01-30'],
      ['status', 'Status', 'Open'],
      ['severity', 'Priority', 'Low'],
    ].filter(([name]) => name !== field)
    const text = lines(
      `ID,Title,Version,${others.map(([, name]) => name).join(',')},"${header}"`,
      ...values.map((value, at) => `${at},a,1.2.3,${others.map(([, , cell]) => cell).join(',')},"${value}"`),
    )
    const { plan } = await importText('bugs', text)
    expect(plan.warnings).toEqual([
      expect.stringMatching(new RegExp(`^no column is the ${field}, .* → --map "${field}=${header}"$`)),
    ])
  })

  test.each([
    ['ID,Title,Status,Priority,Reported', '1,a,Open,High,Ann'],
    ['ID,Title,Progress,Priority,Created', '1,a,50 %,High,2026-01-31'],
  ])('%s: a header whose values refute it stops nothing', async (header, row) => {
    const { plan } = await importText('bugs', lines(header, row))
    expect([plan.warnings.length, plan.warnings.join('').includes('--map')]).toEqual([1, false])
  })

  test('names no column whose values are others, or that is mostly empty', async () => {
    const text = lines(
      'ID,Title,Version,Removed,Note',
      '1,a,2024.1,2026-01-31,x',
      '2,b,2024.2,,y',
      '3,c,1,,z',
    )
    expect((await importText('bugs', text)).plan.warnings.join('\n')).not.toContain('--map')
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

describe('a table in the language of its team', () => {
  test('is refused with the flags for all of its columns', async () => {
    const text = lines(
      'ID;Titel;Status;Priorität;Zuständig;Erstellt;Erledigt am;Aufwand (h)',
      '1;Absturz;Offen;Hoch;ann@example.com;31.12.2025;;1,5',
    )
    const flags = [
      'title=Titel',
      'severity=Priorität',
      'assignee=Zuständig',
      'createdAt=Erstellt',
      'resolvedAt=Erledigt am',
    ]
    await expect(importText('bugs', text)).rejects.toMatchObject({
      hint: `${flags.map((flag) => `--map "${flag}"`).join(' ')}, if that is what they are`,
    })
    const { records } = await importText('bugs', text, {
      map: [...flags, 'status.Offen=pending', 'severity.Hoch=high'],
    })
    expect(records).toMatchObject([
      { title: 'Absturz', severity: 'high', status: 'pending', assignee: { email: 'ann@example.com' } },
    ])
  })

  test.each([
    [
      '件名,状態,優先度,担当者,作成日',
      'title=件名 status=状態 severity=優先度 assignee=担当者 createdAt=作成日',
    ],
    [
      'Rubrik,Prioritet,Ansvarig,Skapad,Stängd',
      'title=Rubrik severity=Prioritet assignee=Ansvarig createdAt=Skapad resolvedAt=Stängd',
    ],
    [
      'Titre,Statut,Gravité,Créé le,Résolu le',
      'title=Titre status=Statut severity=Gravité createdAt=Créé le resolvedAt=Résolu le',
    ],
  ])('with the columns %s has flags for them', async (header, flags) => {
    await expect(importText('bugs', lines(`ID,${header}`, '1,a,b,c,d,e'))).rejects.toMatchObject({
      hint: `${flags
        .split(/ (?=\w+=)/)
        .map((flag) => `--map "${flag}"`)
        .join(' ')}, if that is what they are`,
    })
  })
})

test('a column that is probably the resolution date or the key is named', async () => {
  const text = lines(
    'Ticket #,Title,Status,Priority,Created,Resolution Date',
    '1,a,Closed,High,2025-03-01,2025-03-04',
  )
  const { plan } = await importText('bugs', text)
  expect(plan.warnings).toContain(
    'columns not used that are probably fields of bugs → --map "externalId=Ticket #" --map "resolvedAt=Resolution Date"',
  )
})

describe('the creation of a card of Trello', () => {
  const header = 'Card ID,Card Name,Labels,Last Activity Date,List Name,Board Name,Archived'
  const row = (id: string) => `${id},Login fails,High (orange),2024-03-05T10:00:00.000Z,To Do,Shop,false`
  const card = '65e5b000aabbccddeeff0011'

  test('is in its id', async () => {
    const { plan, records, run } = await importText('bugs', lines(header, row(card)))
    expect(records).toMatchObject([{ createdAt: new Date('2024-03-04T11:26:56Z'), severity: 'high' }])
    expect(plan.warnings).toEqual(['no column is the createdAt: it is read from the ids of Trello'])
    expect(plan.present.has('createdAt')).toBe(true)
    expect(run.tally.createdWithoutDate).toBe(0)
  })

  test.each([
    ['no id of Trello', '65e5b000aabbccddeeff001'],
    ['before Trello began', '35e5b000aabbccddeeff0011'],
    ['in the future', 'ffe5b000aabbccddeeff0011'],
  ])('is not in an id that is %s', async (_, id) => {
    const { plan, records } = await importText('bugs', lines(header, row(card), row(id)))
    expect(records.map(({ createdAt }) => createdAt)).toEqual([null, null])
    expect(plan.warnings[0]).toContain('no column is the createdAt, and bugs count as created now')
  })

  test('is in its column where there is one', async () => {
    const text = lines(`${header},Created Date`, `${row(card)},2024-01-02T00:00:00Z`)
    const { plan, records } = await importText('bugs', text)
    expect(records).toMatchObject([{ createdAt: new Date('2024-01-02T00:00:00Z') }])
    expect(plan.warnings).toEqual([])
  })

  test('is asked for where a column is probably it', async () => {
    const text = lines(`${header},Date Created`, `${row(card)},2024-01-02T00:00:00Z`)
    await expect(importText('bugs', text)).rejects.toMatchObject({ code: 'BAD_FILE' })
  })

  test('is in no key of another table', async () => {
    const text = lines('ID,Title,Status,Priority', `${card},a,Open,High`)
    expect((await importText('bugs', text)).records).toMatchObject([{ createdAt: null }])
  })
})
