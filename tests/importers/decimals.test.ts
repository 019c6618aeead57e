import { describe, expect, test } from 'vitest'
import { describeGroup } from '../../src/importers/validate/problems.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

const all = { maxErrors: { percent: 100 } }
const header = '#,Subject,Status,Spent time'

async function hoursOf(cells: readonly string[], flags: { locale?: string } = {}) {
  const rows = cells.map((cell, index) => `${index + 1},t${index},New,"${cell}"`)
  const { records, run } = await importText('bugs', lines(header, ...rows), {
    ...all,
    ...flags,
    from: 'redmine',
  })
  return { hours: records.map(({ actualHours }) => actualHours), groups: run.tally.problems.groups }
}

describe('decimal commas', () => {
  test.each([
    ['1,50 proves them for 12,000 and 1,500', ['12,000', '1,50', '1,500'], ['12.00', '1.50', '1.50']],
    ['a group never begins with 0: 0,250', ['0,250', '2,500'], ['0.25', '2.50']],
    ['1.234,5 proves them for 1.500', ['1.234,5', '1.500'], ['1234.50', '1500.00']],
    ['1.234.567 proves them', ['1.234.567', '2,125'], ['1234567.00', '2.13']],
    ['1,500 alone proves nothing', ['1,500', '12'], ['1500.00', '12.00']],
    ['points prove the other way', ['1,500', '0.5'], ['1500.00', '0.50']],
    ['a unit behind them', ['1,5h', '2h 30m'], ['1.50', '2.50']],
  ])('%s', async (_, cells, expected) => {
    expect((await hoursOf(cells)).hours).toEqual(expected)
  })

  test('a column that uses both rejects those with a comma, and names the flag', async () => {
    const { hours, groups } = await hoursOf(['1,50', '2.50', '0,250'])
    expect(hours).toEqual(['2.50'])
    expect(groups.map(describeGroup)).toEqual([
      'E_NUMBER actualHours "1,50" (not a number of hours) 2×, first record 1' +
        ' → --locale de, if numbers are written 1.234,50',
    ])
  })

  test('--locale decides for all columns', async () => {
    expect((await hoursOf(['12,000', '1,500'], { locale: 'de' })).hours).toEqual(['12.00', '1.50'])
    expect((await hoursOf(['12,000', '0,250'], { locale: 'en' })).hours).toEqual(['12000.00'])
  })

  test('of one column hold for those that show nothing, unless the file has points too', async () => {
    const hoursIn = async (...rows: string[]) => {
      const text = lines('ID,Title,Status,estimatedHours,actualHours,revenueImpact', ...rows)
      const { records } = await importText('bugs', text)
      return records.map(({ estimatedHours, actualHours }) => [estimatedHours, actualHours])
    }
    expect(await hoursIn('1,a,Open,"1,50","12,000",', '2,b,Open,"0,250","1,500",')).toEqual([
      ['1.50', '12.00'],
      ['0.25', '1.50'],
    ])
    expect(await hoursIn('1,a,Open,"1,50","12,000",0.5')).toEqual([['1.50', '12000.00']])
  })

  test('money and hours are detected separately', async () => {
    const text = lines(
      'ID,Title,Status,estimatedHours,revenueImpact',
      '1,a,Open,1.5,"0,500"',
      '2,b,Open,"1,500","1.234,50"',
    )
    const { records } = await importText('bugs', text)
    expect(records.map(({ estimatedHours, revenueImpact }) => [estimatedHours, revenueImpact])).toEqual([
      ['1.50', '0.50'],
      ['1500.00', '1234.50'],
    ])
  })
})

test('a percentage is no amount of money', async () => {
  const text = lines('ID,Title,Status,revenueImpact', '1,a,Open,50%', '2,b,Open,"€ 1,250.00"')
  const { records, run } = await importText('bugs', text, { maxErrors: { percent: 100 } })
  expect(records).toMatchObject([{ externalId: '2', revenueImpact: '1250.00' }])
  expect(run.tally.problems.groups.map(describeGroup)).toEqual([
    'E_NUMBER revenueImpact "50%" (a percentage, not an amount) 1×, first record 1',
  ])
})
