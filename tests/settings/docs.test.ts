import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sharedNames, sharedSettings } from '../../src/data/settings/settings.js'
import { profileTable } from '../../src/settings/profile.js'
import { settingsTable, type SettingName } from '../../src/settings/table.js'

const page = readFileSync('docs/configuration.md', 'utf8')
const cellsOf = (name: string) =>
  page
    .split('\n')
    .find((line) => line.startsWith(`| \`${name}\``))
    ?.split('|')
    .slice(2)
    .map((cell) => cell.trim())

test.each(Object.keys(settingsTable) as SettingName[])(
  'docs/configuration.md is correct about %s',
  (name) => {
    const { flag = '', variables, files } = settingsTable[name]
    const [printed, variable = '', places] = cellsOf(name) ?? []
    // A flag only of lists.
    expect(printed?.replaceAll('`', '')).toBe(name === 'limit' ? '--limit' : flag)
    for (const each of variables) expect(variable).toContain(`\`${each}\``)
    expect(places).toBe(files.length === 0 ? '–' : files.join(', '))
  },
)

test('docs/configuration.md has every shared setting with its default', () => {
  const defaults = sharedNames.map((name) => [name, cellsOf(name)?.at(1)])
  expect(defaults).toEqual(sharedNames.map((name) => [name, String(sharedSettings[name].fallback)]))
})

test('docs/configuration.md names every field of a profile', () => {
  for (const field of Object.keys(profileTable)) expect(cellsOf(field)).toBeDefined()
})

test('.env.example has every variable and no other, all commented out', () => {
  const example = readFileSync('.env.example', 'utf8').split('\n')
  const named = example.flatMap((line) => /^# ?([A-Z][A-Z_]+)=/.exec(line)?.[1] ?? [])
  const known = Object.values(settingsTable).flatMap(({ variables }) => variables)
  expect(named.sort()).toEqual([...known].sort())
  expect(example.filter((line) => line !== '' && !line.startsWith('# '))).toEqual([])
})
