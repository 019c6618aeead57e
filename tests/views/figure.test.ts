import { expect, test } from 'vitest'
import { counted } from '../../src/domain/counted.js'
import { figureValue } from '../../src/views/figure.js'

test.each([
  [0, '0 bugs'],
  [1, '1 bug'],
  [-1, '-1 bug'],
  [2, '2 bugs'],
  [-2, '-2 bugs'],
])('%i has its unit in the singular or the plural: %s', (count, text) => {
  const { value, unit } = figureValue({ id: 'flow.net', value: count, unit: 'bugs' })
  expect([`${value} ${unit}`, counted(count, 'bug')]).toEqual([text, text])
})
