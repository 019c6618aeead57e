import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

interface Module {
  file: string
  text: string
  /** What it imports, in whatever way. */
  imports: Set<string>
  /** How often each word occurs in it. */
  words: Map<string, number>
}

const sources = modulesIn('src')
const scripts = modulesIn('scripts')
const tests = modulesIn('tests')

/** What bin/cto.js calls, and what other programs import. */
const entryPoints = ['src/start/index.ts', 'src/main.ts', 'src/library/index.ts', 'src/library/records.ts']

function modulesIn(folder: string): Module[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.[jt]s$/.test(file) && !file.includes('generated'))
    .map((file) => {
      const text = readFileSync(file, 'utf8')
      const words = new Map<string, number>()
      for (const [word] of text.matchAll(/\w+/g)) words.set(word, (words.get(word) ?? 0) + 1)
      return { file, text, imports: importsOf(file, text), words }
    })
}

/** Scripts bundle texts with imports, whose paths begin at the root. */
function importsOf(file: string, text: string): Set<string> {
  const modules = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)\.[jt]s'/g)]
  return new Set(
    modules.map(([, name = '']) =>
      path.posix.join(name.startsWith('./src/') ? '' : path.posix.dirname(file), `${name}.ts`),
    ),
  )
}

interface Export {
  name: string
  isType: boolean
  /** What an importer sees: of a function the signature, of all else the whole declaration. */
  seen: string
}

/** Relies on Prettier's layout: a declaration begins in the first column, and a line that goes on with it there begins with a bracket. */
function exportsOf({ text }: Module): Export[] {
  return text.split(/^(?=[^\s)}\]])/m).flatMap((declaration) => {
    const passedOn = /^export (?:type )?\{([^}]*)\}/.exec(declaration)
    if (passedOn) return (passedOn[1]?.match(/\w+/g) ?? []).map((name) => ({ name, isType: true, seen: '' }))
    const head = /^export (?:async )?(function\*?|class|const|interface|type) (\w+)/.exec(declaration)
    if (head === null) return []
    const [, kind = '', name = ''] = head
    const signature = /^[^]*?^(?:export|[)}]).*(?<!:) \{$/m.exec(declaration)?.[0]
    return [
      {
        name,
        isType: kind === 'interface' || kind === 'type',
        seen: kind.startsWith('function') ? (signature ?? declaration) : declaration,
      },
    ]
  })
}

/** Whether a name is imported. Modules that are imported lazily or whole count as well: an importer has the name among its words. */
function areImported({ file }: Module, by: readonly Module[]) {
  const importers = by.filter(({ imports }) => imports.has(file))
  return (name: string) => importers.some(({ words }) => words.has(name))
}

test('a source file exports what other files import, and the types of that', () => {
  const surplus = sources
    .filter(({ file }) => !entryPoints.includes(file))
    .flatMap((module) => {
      const exported = exportsOf(module)
      const isUsed = areImported(module, [...sources, ...scripts])
      const isTested = areImported(module, tests)
      const isSeen = ({ name, isType }: Export) =>
        isType &&
        exported.some((other) => other.name !== name && new RegExp(`\\b${name}\\b`).test(other.seen))
      // A test may ask for a part of the whole, but it keeps nothing alive that only it uses.
      const isPart = (name: string) => isTested(name) && (module.words.get(name) ?? 0) > 1
      return exported
        .filter((each) => !isUsed(each.name) && !isSeen(each) && !isPart(each.name))
        .map(({ name }) => `${module.file}: ${name}`)
    })
  expect(surplus).toEqual([])
  expect(sources.flatMap(exportsOf).length).toBeGreaterThan(1000)
})
