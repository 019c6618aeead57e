import { expect, test } from 'vitest'
import { topics } from '../../src/commands/topics.js'
import { reflow } from '../../src/output/reflow.js'

test('paragraphs are wrapped again, columns hang below their last one, and nothing else changes', () => {
  const text = ['A text of several', 'words.', '', '  flag   what the flag means', '', 'End'].join('\n')
  expect(reflow(text, 20)).toBe(
    ['A text of several', 'words.', '', '  flag   what the', '         flag means', '', 'End'].join('\n'),
  )
  expect(reflow(text, 80)).toBe(
    ['A text of several words.', '', '  flag   what the flag means', '', 'End'].join('\n'),
  )
})

test.each(topics.map(({ name, text }) => [name, text]))('the topic %s fits 80 columns', (_, text) => {
  const tooLong = reflow(text, 80)
    .split('\n')
    .filter((line) => line.length > 80)
  expect(tooLong).toEqual([])
})
