import { describe, expect, test } from 'vitest'
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
