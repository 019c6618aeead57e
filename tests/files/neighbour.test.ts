import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { meantInstead } from '../../src/files/neighbour.js'

const root = mkdtempSync(path.join(tmpdir(), 'cto-neighbour-'))
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})
mkdirSync(path.join(root, 'fixtures/demo'), { recursive: true })
mkdirSync(path.join(root, 'fixtures/exports'))
for (const file of ['jira-export.csv', 'people.csv', 'Plan.json'])
  writeFileSync(path.join(root, 'fixtures/demo', file), '')

test.each([
  ['two letters that changed places', 'fixtures/demo/jira-exprot.csv', 'fixtures/demo/jira-export.csv'],
  ['the other case', 'fixtures/demo/plan.json', 'fixtures/demo/Plan.json'],
  ['no ending', 'fixtures/demo/people', 'fixtures/demo/people.csv'],
  ['a wrong folder', 'fixture/demo/people.csv', 'fixtures/demo/people.csv'],
  ['two wrong folders and a wrong name', 'fixtrues/demos/peple.csv', 'fixtures/demo/people.csv'],
  ['a dot before it', './fixtures/demo/poeple.csv', 'fixtures/demo/people.csv'],
])('%s: the file is named as the user names it', (_, name, meant) => {
  expect(meantInstead({ path: path.resolve(root, name), name })).toBe(`did you mean "${meant}"?`)
})

test('an absolute path is answered by an absolute path', () => {
  const name = path.join(root, 'fixtures/demo/poeple.csv')
  expect(meantInstead({ path: name, name })).toBe(
    `did you mean "${path.join(root, 'fixtures/demo/people.csv')}"?`,
  )
})

test.each([['fixtures/demo/sales.csv'], ['other/demo/people.csv'], ['fixtures/export']])(
  'no file is near %s',
  (name) => {
    expect(meantInstead({ path: path.resolve(root, name), name })).toBeUndefined()
  },
)

test('where a folder is wanted, only folders are near', () => {
  const place = (name: string) => ({ path: path.resolve(root, name), name })
  expect(meantInstead(place('fixtures/export'), 'folder')).toBe('did you mean "fixtures/exports"?')
  expect(meantInstead(place('fixtures/demo/people'), 'folder')).toBeUndefined()
})
