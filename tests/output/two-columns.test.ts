import { expect, test } from 'vitest'
import { twoColumns } from '../../src/output/two-columns.js'
import { lines } from '../helpers/lines.js'

const page = (columns: number, ...pairs: [string, string][]) => twoColumns(pairs, { columns, gap: 2 })

test('pairs that fit are a line each', () => {
  expect(page(20, ['cto', 'a'], ['cto help', 'b'])).toBe(lines('  cto       a', '  cto help  b'))
})

test('right texts are wrapped in their column, and long left ones stand alone', () => {
  expect(page(24, ['id', 'the mean of all of them'], ['cto bugs list --all', 'every one'])).toBe(
    lines('  id  the mean of all of', '      them', '  cto bugs list --all', '      every one'),
  )
})

test('a command that is wider than the page continues as a shell reads it, never inside quotes without a flag', () => {
  expect(
    page(30, ["cto bugs list --text 'a b' -f ids | cto bugs close --from -", 'all']).replace(/\\\n {4}/g, ''),
  ).toBe(lines("  cto bugs list --text 'a b' -f ids | cto bugs close --from -", '        all'))
})
