import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

/** Writes a text to a file of the folder of the commands; returns its name. */
function file(name: string, text: string): string {
  writeFileSync(path.join(db.folder, name), text)
  return name
}

describe('a text of which nothing is seen counts as empty', () => {
  test.each([
    ['a zero-width space', '\u200b'],
    ['a blank letter of Hangul', '\u3164'],
    ['soft hyphens and spaces', ' \u00ad \u00ad'],
    ['an empty cell of Braille', '\u2800'],
  ])('%s', async (_, unseen) => {
    const refused = [
      ['bugs', 'create', '--title', unseen, '-s', 'low'],
      ['bugs', 'create', '--json-in', file('bug.json', JSON.stringify({ title: unseen, severity: 'low' }))],
      [
        'bugs',
        'create',
        '--recover',
        file('bug.md', lines('---', `title: ${unseen}`, 'severity: low', '---')),
      ],
      ['projects', 'create', '--name', unseen],
      ['users', 'create', '--email', 'ada@example.com', '--name', unseen],
      ['bugs', 'note', 'BUG-1001', unseen],
      ['import', 'csv', file('bugs.csv', lines('Key,Summary', `A-1,${unseen}`)), '--type', 'bugs'],
    ]
    for (const argv of refused) expect([argv, (await cto(db, ...argv)).exitCode]).toEqual([argv, 2])
  })
})

describe('half of a surrogate pair is refused', () => {
  const half = String.raw`"\ud83d"`
  const whole = String.raw`"\ud83d\ude00"`

  test.each<[string, (text: string) => string[]]>([
    [
      'bugs create --json-in',
      (text) => ['bugs', 'create', '--json-in', file('bug.json', `{"title":${text},"severity":"low"}`)],
    ],
    [
      'bugs create --recover',
      (text) => [
        'bugs',
        'create',
        '--recover',
        file('bug.md', lines('---', `title: ${text}`, 'severity: low', '---')),
      ],
    ],
    [
      'metrics check --gates',
      (text) => ['metrics', 'check', '--gates', file('gates.json', `{"since":${text}}`)],
    ],
    [
      'import csv --mapping',
      (text) => [
        'import',
        'csv',
        '-',
        '--type',
        'bugs',
        '--mapping',
        file('map.json', `{"ignore":[${text}]}`),
      ],
    ],
    ['import apply', (text) => ['import', 'apply', file('plan.json', `{"file":${text}}`)]],
    ['db doctor --baseline', (text) => ['db', 'doctor', '--baseline', file('baseline.json', `[${text}]`)]],
  ])('by %s', async (_, argv) => {
    const { exitCode, stdout, stderr } = await cto(db, ...argv(half))
    const message = /half of a surrogate pair|is not a (?:plan|baseline)/
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)])
    expect((await cto(db, ...argv(whole))).stderr).not.toContain('surrogate')
  })

  test('by .cto.json: exit 4, as for any file of settings that cannot be used', async () => {
    file('.cto.json', `{"timezone":${half}}`)
    const { exitCode, stderr } = await cto(db, 'bugs', 'list')
    file('.cto.json', '{}')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('.cto.json')])
  })
})

test('a NUL character in a bug is refused, with its field', async () => {
  const bug = JSON.stringify({ title: 'a', severity: 'low', description: 'b\0c' })
  const { exitCode, stderr } = await cto(db, 'bugs', 'create', '--json-in', file('bug.json', bug))
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('description: has a NUL character')])
})
