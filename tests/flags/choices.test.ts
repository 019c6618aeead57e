import { expect, test } from 'vitest'
import { CtoError } from '../../src/errors.js'
import { takenBy } from '../../src/flags/options.js'
import { commandTree } from '../helpers/tree.js'

/** The error of a flag for a value, or null where the command checks the value later. */
function refusalOf(parse: (value: string, previous: unknown) => unknown, value: string): CtoError | null {
  try {
    parse(value, undefined)
    return null
  } catch (error) {
    if (error instanceof CtoError) return error
    throw error
  }
}

test('every flag that takes one of some words lists them, and suggests the one that a cut or wrong word may be', async () => {
  const { commands } = await commandTree()
  const choices = commands.flatMap(({ path, command }) =>
    command.options.flatMap(({ long, parseArg }) => {
      const { words } = takenBy(parseArg)
      return parseArg === undefined || words === undefined
        ? []
        : [{ flag: `${path} ${long}`, parseArg, words }]
    }),
  )
  const refused = choices.flatMap(({ flag, parseArg, words }) => {
    // A single word stands beside values of another form, as never beside ages.
    const [longest = ''] = [...words].sort((a, b) => b.length - a.length)
    const refusal = refusalOf(parseArg, longest.slice(0, -1))
    return refusal === null || words.length === 1 ? [] : [{ flag, words, longest, refusal }]
  })
  expect(refused.length).toBeGreaterThan(20)
  const odd = refused.filter(
    ({ words, longest, refusal: { reason, hint } }) =>
      !reason?.includes(`did you mean "${longest}"?`) || !words.every((word) => hint?.includes(word)),
  )
  expect(odd).toEqual([])
})

test('of the role qa, qa_engineer is suggested', async () => {
  const { commands } = await commandTree()
  const update = commands.find(({ path }) => path === 'users update')
  const parse = update?.command.options.find(({ long }) => long === '--role')?.parseArg
  expect(refusalOf(parse ?? String, 'qa')).toMatchObject({
    message: 'no role "qa"',
    reason: 'did you mean "qa_engineer"?',
    hint: 'valid: cto, manager, engineer, senior_engineer, qa_engineer',
  })
})
