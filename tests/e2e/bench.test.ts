import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { missingProgram } from '../bench/installed.js'
import { programsOf15 } from '../helpers/postgresql-server.js'
import { environment, useHome } from './binary.js'

const home = useHome()
const file = path.join(home, 'bench.json')
const missing = missingProgram('psql')

/** In the folder of the repository, as npm does. */
function bench(...argv: string[]) {
  return spawnSync(process.execPath, ['scripts/bench.js', ...argv], {
    env: environment(home),
    encoding: 'utf8',
  })
}

interface Measured {
  part: string
  name: string
  unit: string
  median: number
  min: number
  against?: { name: string; ratio: number }
}

describe('npm run bench', () => {
  test('measures each part on a server of its own and writes what it measured as JSON', ({ skip }) => {
    skip(missing !== undefined, missing)
    const parts = [
      'startup',
      'operations',
      'layers',
      'output',
      'import',
      'database',
      'workspaces',
      'sessions',
      'clones',
      'growth',
      'peers',
    ]
    const small = [
      '--only',
      'show by',
      '--bugs',
      '60',
      '--rounds',
      '1',
      '--workspaces',
      '3',
      '--events',
      '400',
      '--commits',
      '200',
      '--sizes',
      '40,60',
    ]
    const { status, stdout, stderr } = bench(...parts, ...small, '--json', file)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const { lines } = JSON.parse(readFileSync(file, 'utf8')) as { lines: Measured[] }
    expect([...new Set(lines.map(({ part }) => part))]).toEqual(parts)
    // Locks are looked at from time to time, which may be never in a short run.
    const timed = lines.filter(({ unit }) => unit !== 'locks' && unit !== 'ms more')
    expect(timed.filter(({ median, min }) => !(min > 0 && median >= min))).toEqual([])
    for (const { name, median, against } of lines.filter(({ part }) => part === 'startup')) {
      const node = lines.find((line) => line.name === against?.name)
      if (against) expect(against.ratio, name).toBeCloseTo(median / (node?.median ?? 0))
    }
    expect(stdout).toMatch(/cto bugs list, embedded, by cto db serve +\d/)
  }, 600_000)

  test('compares archives with those of pg_dump and pg_restore', ({ skip }) => {
    const absent = ['pg_dump', 'pg_restore', 'initdb'].find(
      (name) => !existsSync(path.join(programsOf15, name)),
    )
    skip(absent !== undefined, `${absent ?? ''} of PostgreSQL 15 is not installed`)
    const small = ['--programs', programsOf15, '--bugs', '60', '--rounds', '1']
    const { status, stderr } = bench('archive', ...small, '--json', file)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const { lines } = JSON.parse(readFileSync(file, 'utf8')) as { lines: Measured[] }
    expect(lines.map(({ name }) => name)).toEqual([
      'cto db backup',
      'pg_dump -Fc',
      'cto db restore',
      'pg_restore -1',
      'size of the archive',
      'size of the dump',
    ])
  }, 360_000)

  test('refuses a part that does not exist before it starts a server', () => {
    const { status, stderr } = bench('startups')
    expect(status).toBe(1)
    expect(stderr).toContain("there is no part 'startups'; parts: startup, operations")
  })
})
