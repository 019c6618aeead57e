import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { bin, environment, start, useHome } from './binary.js'

const home = useHome()

/** As an installed `cto` runs: by the first line of the file. */
const installed = (argv: readonly string[]) => {
  const { child, ended } = start(bin, argv, environment(home))
  child.stdin.end()
  return ended
}

describe('--env-file is read by cto and never by Node', () => {
  test('NODE_OPTIONS in it runs nothing', async () => {
    writeFileSync(path.join(home, 'evil.cjs'), `require('node:fs').writeFileSync('${home}/ran', '')`)
    writeFileSync(path.join(home, 'e.env'), `NODE_OPTIONS=--require ${home}/evil.cjs\nCTO_TZ=Asia/Tokyo\n`)
    const { exitCode, stdout } = await installed(['config', 'get', 'timezone', '--env-file', 'e.env'])
    expect([exitCode, stdout]).toEqual([0, 'Asia/Tokyo\n'])
    expect(existsSync(path.join(home, 'ran'))).toBe(false)
  })

  test.each([
    ['nope.env', 3, 'error: the file nope.env of --env-file cannot be read'],
    ['.', 2, 'error: the file . of --env-file is not a regular file'],
  ])('a file %s that cannot be read is exit %i, with our message', async (file, exitCode, message) => {
    const result = await installed(['bugs', 'list', `--env-file=${file}`])
    expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
    expect(result.stderr).toContain(message)
  })

  test('the first line, which npm copies into its shims, ends the flags of Node', () => {
    expect(readFileSync(bin, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env -S node --')
  })
})
