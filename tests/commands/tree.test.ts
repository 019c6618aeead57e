import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commandTree, schemaOf, shellWords } from '../helpers/tree.js'
import { goldenLines } from './golden-lines.js'

const leaves = (await commandTree()).commands

test('the tree holds the commands', () => {
  expect(leaves.length).toBeGreaterThan(25)
})

describe.each(leaves)('cto $path', ({ path, command, definition }) => {
  test('has a description of one sentence', () => {
    expect(command.description()).toMatch(/^\p{Lu}.*[^.]$/u)
  })

  test('defines its effect, output and exit codes', () => {
    const { effect, output, exitCodes = [] } = definition
    expect(['none', 'reads', 'writes', 'destroys']).toContain(effect)
    expect([...exitCodes]).toEqual([...new Set(exitCodes)].sort())
    for (const view of [output.list, output.record]) {
      // The columns of an inspection depend on its topic, those of a query on its SQL.
      if (view && !['inspection', 'queryRow'].includes(view.shape))
        expect([view.plural, view.fields.length > 0]).toEqual([expect.stringMatching(/./), true])
    }
  })

  test('has examples that parse', async () => {
    const lines = definition.examples.flatMap(([line]) => line.split(' | '))
    const calls = lines
      .map(shellWords)
      .flatMap((words) => (words.includes('cto') ? [words.slice(words.indexOf('cto') + 1)] : []))
    const own = calls.filter((words) => words.join(' ').startsWith(path))
    expect(own.length, `${path} has no example of its own`).toBeGreaterThan(0)
    for (const words of calls) {
      const tree = await commandTree()
      const ran: string[] = []
      for (const leaf of tree.commands) {
        leaf.command.action(() => {
          ran.push(leaf.path)
        })
      }
      tree.program.exitOverride()
      await tree.program.parseAsync(words, { from: 'user' })
      expect(ran.map((each) => words.join(' ').startsWith(each))).toEqual([true])
    }
  })

  test('has a golden file of its JSON', () => {
    if (schemaOf({ path, command, definition }) === null) return
    expect(Object.keys(goldenLines), 'tests/commands/golden-lines.ts: add a line').toContain(path)
    const golden = goldenLines[path]
    if (typeof golden === 'object' && golden.shapeOnly) return
    const file = `tests/commands/golden/${path.replaceAll(' ', '-')}.json`
    expect(existsSync(file), `${file}: npx vitest run tests/commands/golden.test.ts writes it`).toBe(true)
  })

  test('accepts the flags of every command', () => {
    const flags = allFlags(command)
    expect(flags).toContain('--format')
    expect(flags).toContain('--json')
    expect(flags).toContain('--dry-run')
  })

  test('describes every flag and argument', () => {
    for (const { long, description } of command.options)
      expect([long, description]).toEqual([long, expect.stringMatching(/./)])
    for (const argument of command.registeredArguments)
      expect([argument.name(), argument.description]).toEqual([argument.name(), expect.stringMatching(/./)])
  })
})

function allFlags(command: (typeof leaves)[number]['command']): (string | undefined)[] {
  const own = command.options.map(({ long }) => long)
  return command.parent ? [...own, ...allFlags(command.parent)] : own
}
