import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCodeCache, writeCodeCache } from '../../src/start/code-cache.js'

const uid = process.getuid?.()
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cto-code-'))
  file = path.join(folder, 'code/v20-build/bugs-list')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const code = new Map([
  ['main.js', Buffer.from('compiled')],
  ['chunks/ä.js', Buffer.from([0, 255, 10])],
])

test('what is written is read, whatever the modules', () => {
  const caches = fc.dictionary(fc.string(), fc.uint8Array({ maxLength: 50 }), { noNullPrototype: true })
  fc.assert(
    fc.property(caches, (cache) => {
      const written = new Map(Object.entries(cache).map(([name, bytes]) => [name, Buffer.from(bytes)]))
      writeCodeCache(file, written, '1')
      expect(new Map(readCodeCache(file, uid))).toEqual(written)
    }),
    { numRuns: 30 },
  )
})

test('the file and its folder are for their user alone, and nothing else is left', () => {
  writeCodeCache(file, code, '1')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
  expect(readdirSync(path.dirname(file))).toEqual(['bugs-list'])
})

test('a file that others own or can write is not read', () => {
  writeCodeCache(file, code, '1')
  expect(readCodeCache(file, (uid ?? 0) + 1).size).toBe(0)
  for (const mode of [0o620, 0o602]) {
    chmodSync(file, mode)
    expect(readCodeCache(file, uid).size, mode.toString(8)).toBe(0)
  }
})

test('a file that is cut off anywhere, or is no cache, is not read', () => {
  writeCodeCache(file, code, '1')
  const bytes = readFileSync(file)
  for (let length = 0; length < bytes.length; length++) {
    writeFileSync(file, bytes.subarray(0, length))
    expect(readCodeCache(file, uid).size, String(length)).toBe(0)
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (hostile) => {
      writeFileSync(file, hostile)
      expect(readCodeCache(file, uid).size).toBe(0)
    }),
  )
})

test('a folder that cannot be made, or holds many files, is left as it is', () => {
  writeFileSync(path.join(folder, 'code'), 'a file')
  writeCodeCache(file, code, '1')
  expect(readFileSync(path.join(folder, 'code'), 'utf8')).toBe('a file')
  rmSync(path.join(folder, 'code'))
  mkdirSync(path.dirname(file), { recursive: true })
  for (let i = 0; i < 100; i++) writeFileSync(path.join(path.dirname(file), String(i)), '')
  writeCodeCache(file, code, '1')
  expect(existsSync(file)).toBe(false)
})

test('a new build removes the folders that were used least recently', () => {
  for (const [i, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    const old = path.join(folder, 'code', name)
    mkdirSync(old, { recursive: true })
    utimesSync(old, 1000 - i, 1000 - i)
  }
  writeCodeCache(file, code, '1')
  expect(readdirSync(path.join(folder, 'code')).sort()).toEqual(['a', 'b', 'c', 'v20-build'])
})
