import { describe, expect, it } from 'vitest'

import { describeOutline, detectedIn, mappingToSave } from '../../src/importers/file/describe.js'
import {
  formatMapping,
  mergeMappings,
  parseMapping,
  parseMappingFlags,
} from '../../src/importers/map/mapping-flags.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

const table = lines('Key,What,How bad,State of it', 'A-1,Crash,Terrible,Ready for QA', 'A-2,Typo,low,Open')

describe('mapping columns', () => {
  it('maps columns by name, by position and as constants', async () => {
    const { records, plan } = await importText('bugs', table, {
      map: [
        'title=what',
        'severity=#3',
        'status=State of it',
        'severity.Terrible=critical',
        'status.Ready for QA=verified',
      ],
      const: ['project=API', 'createdAt=2026-01-31'],
      externalSource: 'tracker',
    })
    expect(records[0]).toMatchObject({
      externalSource: 'tracker',
      externalId: 'A-1',
      title: 'Crash',
      severity: 'critical',
      status: 'verified',
      project: 'API',
      createdAt: new Date('2026-01-31T00:00:00Z'),
    })
    expect([...plan.present].sort()).toEqual([
      'createdAt',
      'externalId',
      'project',
      'severity',
      'status',
      'title',
    ])
  })

  it('uses the next best column for an empty one, and never an ignored one', async () => {
    const text = lines('Issue key,Summary,Severity,Priority', 'A-1,x,--,Highest', 'A-2,y,Low,Highest')
    const { records } = await importText('bugs', text)
    expect(records.map((bug) => bug.severity)).toEqual(['critical', 'low'])
    const without = await importText('bugs', text, { ignore: ['priority'] })
    expect(without.records.map((bug) => bug.severity)).toEqual(['medium', 'low'])
    expect(describeOutline(without.plan)[1]).toBe('columns not used: Priority')
  })

  it('names the first of many columns that are not used', async () => {
    const extra = Array.from({ length: 12 }, (_, n) => `Extra ${n + 1}`)
    const { plan } = await importText(
      'bugs',
      lines(['Issue key', 'Summary', ...extra].join(','), ['A-1', 'x', ...extra.map(() => 'y')].join(',')),
    )
    expect(describeOutline(plan)[1]).toBe(
      'columns not used: Extra 1, Extra 2, Extra 3, Extra 4, and 8 more; --json lists them',
    )
    expect(plan.mapping.unused).toHaveLength(12)
  })

  it('keeps a repeated header as a list', async () => {
    const text = lines('repo_name,Topics,url,topics', 'shop,"web, pay",https://github.com/acme/Shop.git,web')
    const { records } = await importText('projects', text)
    expect(records[0]).toMatchObject({ tags: ['web', 'pay'], githubUrl: 'https://github.com/acme/shop' })
  })

  it('reads Jira with Spanish headers', async () => {
    const text = lines(
      'Resumen,Clave de incidencia,Estado,Prioridad,Persona asignada,Creada,Categoría de estado,Estimación original',
      'Fallo,A-1,Tareas por hacer,Highest,ada@example.com,22/sept/25 9:26 AM,Por hacer,5400',
    )
    const { records, plan } = await importText('bugs', text)
    expect(plan.preset.name).toBe('jira')
    expect(records[0]).toMatchObject({
      title: 'Fallo',
      status: 'pending',
      severity: 'critical',
      estimatedHours: '1.50',
    })
  })

  it.each([
    [{ map: ['tilte=What'] }, 'bugs have no field "tilte"', 'did you mean "title"?'],
    [{ map: ['title=Waht'] }, 'no column "Waht" in this file', 'did you mean "What"?'],
    [{ map: ['title=#9'] }, 'no column "#9" in this file', undefined],
    [{ map: ['title'] }, '--map cannot read "title"', undefined],
    [{ map: ['status.Open=shiped'] }, 'no status "shiped"', 'did you mean "shipped"?'],
    [{ map: ['project.X=Y'] }, 'bugs have no field "project" whose values can be mapped', undefined],
    [{ from: 'jria' }, 'no preset "jria"', 'did you mean "jira"?'],
  ])('rejects %o', async (flags: object, message: string, reason: string | undefined) => {
    await expect(importText('bugs', table, flags)).rejects.toMatchObject({ code: 'USAGE', message, reason })
  })

  it('saves a mapping that reads the file again', async () => {
    const flags = { map: ['title=What', 'status=#4', 'status.Ready for QA=verified'], ignore: ['How bad'] }
    const { plan } = await importText('bugs', table, flags)
    const saved = parseMapping(formatMapping(mappingToSave(plan, parseMappingFlags(flags))), 'm.json')
    const again = mergeMappings(saved, parseMappingFlags({ const: ['project=API'] }))
    expect(again).toEqual({
      preset: 'generic',
      columns: { title: ['What'], status: ['#4'] },
      values: { status: { readyforqa: 'verified' } },
      constants: { project: 'API' },
      ignore: ['How bad'],
      key: [],
      dateFormat: null,
    })
  })

  it.each(['[]', '{"version":2}', '{"version":1,"columns":{"title":"x"}}', 'no JSON'])(
    'refuses %s as a saved mapping',
    (text) => {
      expect(() => parseMapping(text, 'm.json')).toThrow(/"m.json" is not/)
    },
  )

  it('explains a file without a required column', async () => {
    await expect(importText('bugs', lines('bug_id,bug_status', '1,NEW', '2,NEW'))).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: '"export.csv" has no column for the required field title of bugs',
      reason:
        'none of its 2 records can be imported; columns: bug_id, bug_status; used: externalId from bug_id, status from bug_status',
      hint: '--map title=COLUMN with one of them, or export the title too (Bugzilla calls it short_desc, Summary, sd)',
    })
  })
})

describe('a table that was probably not found as it is', () => {
  it.each([
    ['an unusual separator', lines('Key~Summary', 'A-1~x', 'A-2~y'), '--delimiter'],
    ['a full line of data above the header', lines('Report,2024,Q1', 'ID,Title,Status', '1,x,y'), '--skip N'],
    ['padded lines above an unknown header', lines('Report,,', 'Nr,Was,Wer', '1,x,y', '2,z,y'), '--skip N'],
  ])('names the flag for %s', async (_, text, flag) => {
    await expect(importText('bugs', text)).rejects.toMatchObject({
      code: 'BAD_FILE',
      hint: expect.stringContaining(flag) as string,
    })
  })
})

describe('detecting the preset', () => {
  it('distinguishes Jira and Bugzilla by their values if the headers are the same', async () => {
    const header = 'Issue id,Summary,Status,Priority'
    const jira = await importText('bugs', lines(header, '1,a,Resolved,Major', '2,b,Open,Minor'))
    const bugzilla = await importText('bugs', lines(header, '1,a,RESOLVED,--', '2,b,NEW,P1'))
    expect([jira.plan.preset.name, bugzilla.plan.preset.name]).toEqual(['jira', 'bugzilla'])
    expect(detectedIn(bugzilla.plan)).toMatchObject({
      encoding: 'utf-8',
      delimiter: ',',
      header: true,
      preset: 'bugzilla',
      runnerUp: 'generic',
      mapping: { externalId: ['Issue id'], title: ['Summary'] },
    })
  })

  it('prefers the generic preset if a product would leave a column unread', async () => {
    const text = lines('id,title,severity,status', '1,a,High,In Progress', '2,b,Low,Done')
    const { plan, records } = await importText('bugs', text)
    expect(plan.preset.name).toBe('generic')
    expect(records.map((bug) => bug.severity)).toEqual(['high', 'low'])
  })

  it('stops if two trackers use the same words with different meanings', async () => {
    const text = lines('Issue id,Summary,Priority', '1,a,Major', '2,b,P1')
    const ambiguous = importText('bugs', text)
    await expect(ambiguous).rejects.toMatchObject({ code: 'AMBIGUOUS' })
    await expect(ambiguous).rejects.toThrow('can come from two trackers')
  })
})

describe('our own field names', () => {
  it.each([
    ['jira', 'Issue key,Summary,Status,Priority', 'A-1,Login fails,Open,High'],
    ['linear', 'ID,Title,Status,Priority', 'A-1,Login fails,Todo,High'],
  ])('are recognised under the preset %s', async (from, header, cells) => {
    const text = lines(
      `${header},revenueImpact,isBlocker,estimatedHours,assignedTo`,
      `${cells},1200.50,yes,4h,ada@example.com`,
    )
    const { records, plan } = await importText('bugs', text, { from })
    expect(plan.mapping.unused).toEqual([])
    expect(records[0]).toMatchObject({
      revenueImpact: '1200.50',
      isBlocker: true,
      estimatedHours: '4.00',
      assignee: { email: 'ada@example.com' },
    })
  })

  it('do not use a header that the preset maps to another field', async () => {
    const text = lines('Card ID,Card Name,List Name,Board Name', '1,a,To Do,Shop')
    const { plan } = await importText('bugs', text, { from: 'trello' })
    expect([...plan.mapping.positions.keys()].sort()).toEqual(['externalId', 'project', 'status', 'title'])
  })
})

describe('a plain sheet', () => {
  it.each([
    [
      'Name,Status,Priority,Assignee,Estimated time,Created at',
      'Login fails,To do,High,ann@example.com,8,2024-03-01',
    ],
    ['Name,Status,Assignee,Priority', 'Login fails,Done,ann@example.com,Low'],
    ['Title,Status,Priority,Created,Estimate (hours)', 'Login fails,In Progress,High,2024-03-01,8'],
    ['Title,Status,Priority,Created,Original estimate', 'Login fails,In Progress,High,2024-03-01,8'],
  ])('%s with an ID is not an export of a product', async (header, cells) => {
    const { records, plan } = await importText('bugs', lines(`ID,${header}`, `7,${cells}`))
    expect([plan.preset.name, plan.mapping.unused]).toEqual(['generic', []])
    expect(records[0]?.externalId).toBe('7')
    if (header.includes('stimate')) expect(records[0]?.estimatedHours).toBe('8.00')
  })

  it.each([
    [
      'Key,Summary,Status,Priority,Assignee,Created,Time Spent',
      'A-1,x,To Do,High,ann@example.com,2024-03-01,8',
    ],
    [
      'Title,State,Severity,Assignee,Created At,Time Spent,Time Estimate,URL',
      'x,opened,High,ann@example.com,2024-03-01,8,9,https://tracker.example.com/1',
    ],
  ])('%s does not determine the unit', async (header, cells) => {
    await expect(importText('bugs', lines(header, cells))).rejects.toMatchObject({
      code: 'AMBIGUOUS',
      reason: expect.stringMatching(/"[89]" is seconds in/) as string,
      hint: expect.stringMatching(/^--from (?:jira|gitlab) or --from generic$/) as string,
    })
    const { records } = await importText('bugs', lines(header, cells), { from: 'generic' })
    expect(records[0]?.actualHours).toBe('8.00')
  })

  it.each([
    ['Key,Summary,Status,Priority', 'A-1,x,Open,Major', 'jira', 'medium'],
    ['Key,Summary,Status,Priority', 'A-1,x,To Do,High', 'jira', 'high'],
    ['Key,Title,Status,Priority', 'A-1,x,To Do,High', 'generic', 'high'],
    ['ID,Summary,Status,Priority', '7,x,To Do,High', 'generic', 'high'],
  ])('with the short header %s and %s is read as %s', async (header, cells, preset, severity) => {
    const { records, plan } = await importText('bugs', lines(header, cells))
    expect([plan.preset.name, records[0]?.severity]).toEqual([preset, severity])
  })

  it('that has distinctive headers of the product is its export', async () => {
    const text = lines(
      'Issue key,Summary,Status,Status Category,Priority,Project key,Time Spent',
      'A-1,x,To Do,To Do,High,A,7200',
    )
    const { records, plan } = await importText('bugs', text)
    expect([plan.preset.name, records[0]?.actualHours]).toEqual(['jira', '2.00'])
  })
})
