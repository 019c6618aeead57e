import { describe, expect, test } from 'vitest'
import { deliveryFilterNames } from '../../src/domain/delivery/filters.js'
import { commandTree } from '../helpers/tree.js'

const all = 'org repo project author label base state environment service opened merged bots'
const pulls = 'org repo project author label base state opened merged'
const bots = `${pulls} bots`

/** Every command that reads facts of repositories, with its filters. */
const expected: Readonly<Record<string, string>> = {
  'accounts list': 'author',
  'commits list': 'org repo project author bots',
  'deployments list': 'org repo project state environment service',
  'events list': 'org repo project state',
  'issues list': 'org repo project author label state opened bots',
  'metrics check': all,
  'metrics delivery': all,
  'metrics developer': 'org repo project author bots',
  'metrics diff': all,
  'metrics explain': all,
  // The stored days of organizations, beside the filters of bugs.
  'metrics team': 'org project label',
  'prs list': bots,
  report: all,
  'repos list': 'org project',
  'reviews list': pulls,
}

/** What only facts of repositories have. */
const own = ['org', 'repo', 'author', 'base', 'environment', 'opened', 'merged']

test('each command that reads facts has the filters that they have, and no other', async () => {
  const { commands } = await commandTree()
  const found = commands.flatMap(({ path, command, definition }) => {
    const flags = command.options.map(({ long }) => long?.slice('--'.length) ?? '')
    // The secrets of an organization are no facts of repositories.
    if (definition.effect !== 'reads' || path === 'secrets list' || !own.some((name) => flags.includes(name)))
      return []
    return [[path, deliveryFilterNames.filter((name) => flags.includes(name)).join(' ')] as const]
  })
  expect(Object.fromEntries(found)).toEqual(expected)
})

describe('a filter', () => {
  test('has the same words on every command, except for the values of a state', async () => {
    const { commands } = await commandTree()
    const helps = new Map<string, Set<string>>()
    for (const { path, command } of commands) {
      if (!Object.hasOwn(expected, path) || path === 'metrics team') continue
      for (const { long, description } of command.options) {
        const name = long?.slice('--'.length) ?? ''
        // Of both kinds of figures, these are declared by the filters of bugs.
        if (
          !(deliveryFilterNames as readonly string[]).includes(name) ||
          /^(?:project|label|state)$/.test(name)
        )
          continue
        helps.set(name, (helps.get(name) ?? new Set()).add(description))
      }
    }
    expect([...helps].filter(([, texts]) => texts.size > 1)).toEqual([])
  })
})
