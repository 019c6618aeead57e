import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

/** Read from the text itself, so that it does not depend on the linter. */
const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
  .map((file) => `src/${file}`)

const importsOf = new Map(files.map((file) => [file, localImports(file)]))

/** Our files that a file imports, lazy and type imports included. */
function localImports(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const modules = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)\.js'/g)].map(
    ([, name]) => name ?? '',
  )
  return modules
    .map((name) => path.posix.normalize(`${path.posix.dirname(file)}/${name}.ts`))
    .filter((name) => !name.includes('generated'))
}

/** The types of the engine's input, which src/settings creates. */
const engineInput = 'src/engine/settings.ts'

/** `src/data/bugs.ts` is in data, `src/main.ts` in main. */
const folderOf = (file: string) => file.split('/')[1]?.replace(/\.ts$/, '') ?? ''

const allowed: Record<string, readonly string[]> = {
  main: ['process', 'cli', 'errors'],
  library: ['process', 'admin', 'data', 'engine', 'domain', 'settings', 'shapes', 'errors'],
  process: ['cli', 'engine', 'errors'],
  start: ['files', 'cli'],
  cli: [
    'commands',
    'context',
    'files',
    'flags',
    'data',
    'engine',
    'domain',
    'output',
    'settings',
    'shapes',
    'errors',
  ],
  commands: [
    'context',
    'files',
    'flags',
    'views',
    'importers',
    'admin',
    'notify',
    'samples',
    'data',
    'engine',
    'domain',
    'output',
    'settings',
    'shapes',
    'errors',
  ],
  context: ['data', 'engine', 'domain', 'output', 'settings', 'shapes', 'errors'],
  flags: ['context', 'files', 'data', 'engine', 'domain', 'output', 'settings', 'shapes', 'errors'],
  views: ['context', 'data', 'engine', 'domain', 'output', 'settings', 'shapes', 'errors'],
  admin: ['files', 'data', 'engine', 'domain', 'shapes', 'errors'],
  notify: ['domain', 'errors'],
  samples: ['data', 'engine', 'domain', 'shapes', 'errors'],
  importers: ['files', 'data', 'engine', 'domain', 'shapes', 'errors'],
  data: ['engine', 'domain', 'shapes', 'errors'],
  engine: ['domain', 'files', 'shapes', 'errors'],
  output: ['domain', 'shapes', 'errors'],
  settings: ['files', 'domain', 'output', 'errors'],
  files: ['domain', 'errors'],
  shapes: ['domain', 'errors'],
  domain: ['errors'],
  errors: [],
}

test('every import resolves to a file', () => {
  const missing = [...importsOf].flatMap(([file, targets]) =>
    targets.filter((target) => !files.includes(target)).map((target) => `${file} → ${target}`),
  )
  expect(missing).toEqual([])
  expect([...importsOf.values()].flat().length).toBeGreaterThan(100)
})

test('folders import one way', () => {
  const arrows = new Set(
    [...importsOf].flatMap(([file, targets]) =>
      targets
        .filter((target) => folderOf(target) !== folderOf(file))
        .filter((target) => !(folderOf(file) === 'settings' && target === engineInput))
        .map((target) => `${folderOf(file)} → ${folderOf(target)}`),
    ),
  )
  const right = Object.entries(allowed).flatMap(([from, to]) => to.map((folder) => `${from} → ${folder}`))
  expect([...arrows].filter((arrow) => !right.includes(arrow))).toEqual([])
})

const importerFolders: Record<string, readonly string[]> = {
  csv: [],
  validate: [],
  map: ['validate'],
  load: ['validate'],
  file: ['csv', 'map', 'validate', 'load'],
  github: ['validate', 'load', 'delivery'],
  git: ['load', 'delivery'],
  delivery: ['csv', 'load'],
  reviews: [],
  sessions: ['csv', 'file', 'validate', 'load'],
}

test('the folders of the importers import one way', () => {
  const roomOf = (file: string) => /^src\/importers\/([^/]+)\//.exec(file)?.[1]
  const arrows = new Set(
    [...importsOf].flatMap(([file, targets]) =>
      targets
        .filter((target) => roomOf(file) && roomOf(target) && roomOf(file) !== roomOf(target))
        .map((target) => `${String(roomOf(file))} → ${String(roomOf(target))}`),
    ),
  )
  const right = Object.entries(importerFolders).flatMap(([from, to]) => to.map((room) => `${from} → ${room}`))
  expect([...arrows].sort()).toEqual(right.sort())
})

test('the input of the engine has only types', () => {
  expect(readFileSync(engineInput, 'utf8')).not.toMatch(/^(import|export) (?!type|interface)/m)
})

test('no command imports another noun', () => {
  const nounOf = (file: string) => /^src\/commands\/([^/]+)\//.exec(file)?.[1]
  const crossings = [...importsOf].flatMap(([file, targets]) =>
    targets
      .filter((target) => nounOf(file) && nounOf(target) && nounOf(file) !== nounOf(target))
      .map((target) => `${file} → ${target}`),
  )
  expect(crossings).toEqual([])
})

test('there is no import cycle', () => {
  const finished = new Set<string>()
  const cycleFrom = (file: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file]
    if (finished.has(file)) return null
    const cycle = (importsOf.get(file) ?? [])
      .map((target) => cycleFrom(target, [...trail, file]))
      .find((found) => found !== null)
    finished.add(file)
    return cycle ?? null
  }
  expect(files.map((file) => cycleFrom(file, [])).find((cycle) => cycle !== null)).toBeUndefined()
})
