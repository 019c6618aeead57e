import { describe, expect, test } from 'vitest'
import { decimalKeysRemark } from '../../src/importers/file/decimal-keys.js'
import { describeGroup } from '../../src/importers/validate/problems.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

const all = { maxErrors: { percent: 100 } }

describe('keys that identify no record', () => {
  test('of exponent notation are rejected, each on its own', async () => {
    const text = lines(
      'Task ID,Created At,Name,Section/Column,Priority',
      '1.20431E+15,2024-03-01,Login fails,To do,High',
      '1.20431E+15,2024-03-02,Refund twice,Done,Medium',
      '1204312345678901,2024-03-03,Search slow,Doing,Low',
      '"7,5e+14",2024-03-04,Cart is empty,Doing,Low',
    )
    const { counts, records, run } = await importText('bugs', text, all)
    expect(records.map(({ externalId }) => externalId)).toEqual(['1204312345678901'])
    expect(counts).toMatchObject({ created: 1, rejected: 3, duplicates: 0 })
    expect(run.tally.problems.groups.map(describeGroup)).toEqual([
      'E_KEY externalId "1.20431E+15" (a spreadsheet has rounded this number) 3×, first record 1' +
        ' → export again with this column as text',
    ])
  })

  test.each(['N/A', '-', '--', 'TBD', '?', 'None', 'null', 'tbc', '...', 'keine'])(
    '%s means none',
    async (word) => {
      const text = lines('ID,Title,Status', `${word},Login fails,Open`, `${word},Refund,Open`, '3,Cart,Open')
      const { counts, run } = await importText('bugs', text, all)
      expect(counts).toMatchObject({ created: 1, rejected: 2, duplicates: 0 })
      expect(run.tally.problems.groups[0]?.problem).toMatchObject({ code: 'E_REQUIRED', value: word })
    },
  )

  test.each(['#REF!', '#N/A', '#NAME?', '#VALUE!', '######', '#BEZUG!', '#¡REF!', '#ИМЯ?', '#NV', '#DIV/0!'])(
    '%s is an error of a spreadsheet',
    async (word) => {
      const text = lines('ID,Title,Status', `${word},Login fails,Open`, '3,Cart,Open')
      const { counts, run } = await importText('bugs', text, all)
      expect(counts).toMatchObject({ created: 1, rejected: 1 })
      expect(run.tally.problems.groups[0]?.problem).toMatchObject({ code: 'E_KEY', value: word })
    },
  )

  test('of 16 digits that end in zeros are rejected if different records share one', async () => {
    const text = lines(
      'ID,Title,Status,Created',
      '1204312345678900,Login fails,Open,2024-03-01',
      '1204312345678900,Refund twice,Open,2024-03-01',
      '1204312345678910,Search,Open,2024-03-01',
      '1204312345678910,Search,Done,2024-03-01',
      '1204312345600000,Alone,Done,2024-03-01',
    )
    const { counts, records } = await importText('bugs', text, all)
    expect(records.map(({ externalId }) => externalId)).toEqual(['1204312345678910', '1204312345600000'])
    expect(counts).toMatchObject({ created: 2, rejected: 2, duplicates: 1 })
  })

  test.each(['1.2E+15', '1204312345678900', '#REF!', 'N/A', '?'])(
    'an immutable id %s is none: records with keys of their own are not one bug',
    async (id) => {
      const row = (key: string, title: string) => `${key},${id},${title},Open,2024-03-01`
      const text = lines(
        'Issue key,Issue id,Summary,Status,Created',
        row('A-1', 'Login'),
        row('A-2', 'Refund'),
      )
      const { counts, records } = await importText('bugs', text, { from: 'jira' })
      expect(counts).toMatchObject({ created: 2, rejected: 0, duplicates: 0 })
      expect(records.map(({ externalUid }) => externalUid)).toEqual([null, null])
    },
  )

  test('a second key column replaces a key that means none', async () => {
    const text = lines(
      'Issue key,Issue id,Summary,Status',
      'N/A,10012,Login fails,Open',
      'WEB-2,10013,x,Open',
    )
    const { records } = await importText('bugs', text, { from: 'jira' })
    expect(records.map(({ externalId }) => externalId)).toEqual(['10012', 'WEB-2'])
  })

  test('parts of --key are checked one by one', async () => {
    const text = lines('repo,number,Title,Status', 'web,1.2E+15,a,Open', 'N/A,2,b,Open', 'web,3,c,Open')
    const { records, counts } = await importText('bugs', text, { ...all, key: 'repo,number' })
    expect(records.map(({ externalId }) => externalId)).toEqual(['web:3'])
    expect(counts.rejected).toBe(2)
  })

  test('projects are identified by their name if the repository means none', async () => {
    const text = lines('name,githubUrl', 'Shop,N/A', 'Mail,N/A', 'TBD,-')
    const { records, counts } = await importText('projects', text, all)
    expect(records.map(({ name }) => name)).toEqual(['Shop', 'Mail'])
    expect(counts).toMatchObject({ created: 2, rejected: 1, duplicates: 0 })
  })
})

describe('whole numbers with a decimal point, of a column with gaps', () => {
  test.each(['.0', '.00', ',0', ',00'])('are whole numbers if all keys have %s', async (ending) => {
    const row = (id: string, title: string) => `${id};${title};Open`
    const ids = ['7', '12', '12', '1204312345678910'].map((id) => id + ending)
    const text = lines('ID;Title;Status', ...ids.map((id, at) => row(id, `t${at}`)), row('', 'none'))
    const { plan, records, counts } = await importText('bugs', text, { ...all, keepNumbers: true })
    expect(records.map(({ externalId, title }) => [externalId, title])).toEqual([
      ['7', 't0'],
      ['12', 't2'],
      ['1204312345678910', 't3'],
    ])
    expect(records[0]?.bugNumber).toBe('BUG-7')
    expect(counts).toMatchObject({ created: 3, rejected: 1, duplicates: 1 })
    expect(plan.warnings).toContain(decimalKeysRemark)
  })

  test('are other keys beside keys that are none, and rejected beside their own number', async () => {
    const row = (id: string) => `${id},t,Open`
    const text = lines('ID,Title,Status', ...['1', '1.0', '2.0', '2', '3.0', '3.1'].map(row))
    const { plan, records, counts, run } = await importText('bugs', text, all)
    expect(records.map(({ externalId }) => externalId)).toEqual(['1', '2', '3.0', '3.1'])
    expect(counts).toMatchObject({ created: 4, rejected: 2, duplicates: 0 })
    expect(run.tally.problems.groups.map(describeGroup)).toEqual([
      'E_KEY externalId "1.0" (without its decimals it is another key of this file: the two may be one record) 2×' +
        ', first record 2 → write the keys of the file in one way',
    ])
    expect(plan.warnings).not.toContain(decimalKeysRemark)
  })

  test.each(['1,000', '1.000', '1.5', 'v1.0', '-1.0'])('is no key such as %s', async (id) => {
    const { records } = await importText('bugs', lines('ID;Title;Status', `${id};t;Open`))
    expect(records.map(({ externalId }) => externalId)).toEqual([id])
  })

  test('that a spreadsheet has rounded are rejected if different records share one', async () => {
    const row = (title: string) => `1204312345678900.0,${title},Open`
    const { counts } = await importText('bugs', lines('ID,Title,Status', row('a'), row('b')), all)
    expect(counts).toMatchObject({ created: 0, rejected: 2 })
  })

  test('are the immutable ids of the numbers', async () => {
    const text = lines('Issue key,Issue id,Summary,Status', 'A-1,10012.0,a,Open', 'A-2,10013,b,Open')
    const { records } = await importText('bugs', text, { from: 'jira' })
    expect(records.map(({ externalUid }) => externalUid)).toEqual(['10012', '10013'])
  })
})
