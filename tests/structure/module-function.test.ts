import { createRequire } from 'node:module'
import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import { moduleFunction } from '../../scripts/module-function.js'

type Exports = Record<string, () => unknown>

/** Runs the modules as src/start does; `ran` names them in the order in which they ran. */
async function program(texts: Record<string, string>) {
  const names = [...Object.keys(texts), 'node:path']
  const ids = new Map(names.map((name, id) => [name, id]))
  const functions = await Promise.all(
    Object.entries(texts).map(async ([name, text]) => moduleFunction({ name, text, ids })),
  )
  const loaded: (Exports | undefined)[] = []
  const ran: string[] = []
  const load = (id: number): Exports => {
    const name = names[id] ?? ''
    ran.push(name)
    if (functions[id] === undefined) loaded[id] = createRequire(import.meta.url)(name) as Exports
    else (runInThisContext(`(${functions[id]})`) as (...given: unknown[]) => void)(loaded, load, namespaceOf)
    return loaded[id] ?? {}
  }
  const namespaceOf = (id: number) =>
    Object.fromEntries(Object.entries(loaded[id] ?? load(id)).map(([name, value]) => [name, value()]))
  return { main: load(0), ran }
}

test('a module runs when another first uses it, and once', async () => {
  const { main, ran } = await program({
    'main.js': `import { twice } from './chunks/twice.js'
      import { never } from './chunks/never.js'
      export const run = (n) => (n > 9 ? never() : twice(twice(n)))`,
    'chunks/twice.js': 'export function twice(n) { return n * 2 }',
    'chunks/never.js': 'export const never = () => 0',
  })
  expect(ran).toEqual(['main.js'])
  expect((main['run']?.() as (n: number) => number)(3)).toBe(12)
  expect(ran).toEqual(['main.js', 'chunks/twice.js'])
})

test('a module that is imported for its side effects runs at once', async () => {
  const { ran } = await program({
    'main.js': `import './chunks/effect.js'`,
    'chunks/effect.js': 'globalThis.ctoEffect = 1',
  })
  expect(ran).toEqual(['main.js', 'chunks/effect.js'])
})

test('modules of Node, classes, templates, changing exports and imports on demand keep their meaning', async () => {
  const { main } = await program({
    'main.js': `import path, { basename } from 'node:path'
      import { Point, tag, count, add } from './chunks/point.js'
      export { tag as passedOn } from './chunks/point.js'
      export class Far extends Point {}
      export const text = () => tag\`\${path.join('a', 'b')} \${basename('c/d')} \${new Point(1).x} \${new Far(2).x}\`
      export const counts = () => { const before = count; add(); return [before, count] }
      export const later = async () => (await import('./chunks/point.js')).Point`,
    'chunks/point.js': `export class Point { constructor(x) { this.x = x } }
      export const tag = (strings, ...values) => values.join('')
      export let count = 0
      export const add = () => { count++ }`,
  })
  const call = (name: string) => (main[name]?.() as () => unknown)()
  expect(call('text')).toBe('a/bd12')
  expect(call('counts')).toEqual([0, 1])
  expect(await call('later')).toBe(Object.getPrototypeOf(main['Far']?.()))
  expect(main['passedOn']?.()).toBeTypeOf('function')
})

test('two modules may use each other', async () => {
  const { main } = await program({
    'main.js': `import { isOdd } from './chunks/odd.js'
      export function isEven(n) { return n === 0 || isOdd(n - 1) }`,
    'chunks/odd.js': `import { isEven } from '../main.js'
      export function isOdd(n) { return n !== 0 && isEven(n - 1) }`,
  })
  expect((main['isEven']?.() as (n: number) => boolean)(10)).toBe(true)
})

test('letters beyond Latin-1 keep their meaning in patterns, texts and templates with a tag', async () => {
  const { main } = await program({
    'main.js': `const cooked = (strings) => strings[0]
      export const found = () => ['\u2192 \u{1f600}'].every((text) => /^\u2192 \u{1f600}$/.test(text) && /^\u2192 .$/u.test(text))
      export const texts = () => [cooked\`\u2192\`, \`\u{1f600}\`, '\u2013']`,
  })
  const call = (name: string) => (main[name]?.() as () => unknown)()
  expect(call('found')).toBe(true)
  expect(call('texts')).toEqual(['\u2192', '\u{1f600}', '\u2013'])
})
