import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { useSmallDisk } from '../helpers/small-disk.js'
import { bin, binary, environment, start, useHome } from './binary.js'

const home = useHome()
let folders = 0

/** A separate CTO_HOME that does not exist yet. */
function newFolder(): string {
  return path.join(home, `cto-${++folders}`)
}

const run = (folder: string, ...argv: string[]) => binary(home, argv, { CTO_HOME: folder })
const createBug = (folder: string) =>
  run(folder, 'bugs', 'create', '--title', 'Kept', '-s', 'low', '-f', 'ids')
const titles = async (folder: string) =>
  (await run(folder, 'bugs', 'list', '-L', '0', '--fields', 'title', '--no-header')).stdout

describe('the folder of the embedded database', () => {
  test('is created on first use, only for its owner, and keeps its data', async () => {
    const folder = newFolder()
    expect((await createBug(folder)).stdout).toBe('BUG-1001\n')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(JSON.parse(readFileSync(path.join(folder, 'db.json'), 'utf8'))).toEqual({
      engine: 'pglite',
      postgresql: 18,
      complete: true,
    })
    expect(await titles(folder)).toBe('Kept\n')
  })

  test('whose creation was killed is created again', async () => {
    const folder = newFolder()
    const { child, ended } = start(process.execPath, [bin, 'bugs', 'list'], {
      ...environment(home),
      CTO_HOME: folder,
    })
    while (!existsSync(path.join(folder, 'db', 'base'))) await sleep(5)
    child.kill('SIGKILL')
    await ended
    expect((await createBug(folder)).stdout).toBe('BUG-1001\n')
  })

  test.each([
    ['is of another PostgreSQL', '{"engine":"pglite","postgresql":17}', 'it was written by PostgreSQL 17'],
    ['lost the record of its format', null, 'db.json, the record of its format, is missing or broken'],
    ['has a broken record', '{', 'db.json, the record of its format, is missing or broken'],
  ])('that %s is rejected and not changed', async (_, record, why) => {
    const folder = newFolder()
    mkdirSync(path.join(folder, 'db'), { recursive: true })
    writeFileSync(path.join(folder, 'db', 'PG_VERSION'), '17\n')
    if (record !== null) writeFileSync(path.join(folder, 'db.json'), record)
    const { exitCode, stderr } = await run(folder, 'bugs', 'list')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining(why)])
    expect(readdirSync(path.join(folder, 'db'))).toEqual(['PG_VERSION'])
  })

  test('that does not open is not changed, and the message has a fix', async () => {
    const folder = newFolder()
    await createBug(folder)
    writeFileSync(path.join(folder, 'db', 'global', 'pg_control'), 'rubbish')
    const { exitCode, stderr } = await run(folder, 'bugs', 'list')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^error: the embedded database does not open\n {2}.+\n {2}fix: put a copy .+\n$/)
  })

  test('of an older version is upgraded automatically, after a copy', async () => {
    const folder = newFolder()
    await createBug(folder)
    const newer = newerRelease('newer', {
      '20991231000000_colours': 'CREATE TABLE "colours" ("id" UUID PRIMARY KEY);',
    })
    expect((await newer(folder)).stdout).toBe('BUG-1001\n')
    expect(existsSync(path.join(folder, 'db.before-migration', 'PG_VERSION'))).toBe(true)
    // The version before may still look, and the copy is as it left it.
    expect(await titles(folder)).toBe('Kept\n')
    expect((await createBug(folder)).exitCode).toBe(4)
    rmSync(path.join(folder, 'db'), { recursive: true })
    cpSync(path.join(folder, 'db.before-migration'), path.join(folder, 'db'), { recursive: true })
    expect((await createBug(folder)).stdout).toBe('BUG-1002\n')
  })

  test('is only for its owner in a home that others can read', async () => {
    const folder = newFolder()
    mkdirSync(folder, { mode: 0o755 })
    await createBug(folder)
    const data = path.join(folder, 'db')
    const open = [data, ...inside(data)].filter((file) => (statSync(file).mode & 0o077) !== 0)
    expect([open, inside(data).length > 500]).toEqual([[], true])
    chmodSync(data, 0o755)
    expect(await titles(folder)).toBe('Kept\n')
    expect(statSync(data).mode & 0o777).toBe(0o700)
  })

  test('and its copy keep the previous version, however often a migration fails half-way', async () => {
    const folder = newFolder()
    await createBug(folder)
    const newer = newerRelease('failing', {
      '20991231000000_colours': 'CREATE TABLE "colours" ("id" UUID PRIMARY KEY);',
      '20991231000001_shapes': 'CREATE TABLE "shapes" ("id" NO_SUCH_TYPE);',
    })
    for (let attempt = 1; attempt <= 2; attempt++) {
      const failed = await newer(folder)
      expect([failed.exitCode, failed.stderr]).toEqual([4, expect.stringContaining('20991231000001_shapes')])
      // The version before may still write.
      expect((await createBug(folder)).exitCode).toBe(0)
    }
    rmSync(path.join(folder, 'db'), { recursive: true })
    cpSync(path.join(folder, 'db.before-migration'), path.join(folder, 'db'), { recursive: true })
    expect((await createBug(folder)).stdout).toBe('BUG-1003\n')
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('keeps nothing of work that %s ends', async (signal, code) => {
    const folder = newFolder()
    const argv = [bin, 'db', 'seed', '--size', 'large', '--bugs', '20000']
    const { child, printed, ended } = start(process.execPath, argv, {
      ...environment(home),
      CTO_HOME: folder,
    })
    await printed('target:')
    await sleep(300)
    child.kill(signal)
    expect((await ended).exitCode).toBe(code)
    expect(await titles(folder)).toBe('')
  })
})

describe('a full disk', () => {
  const disk = path.join(home, 'disk')
  const { isMounted, resize } = useSmallDisk(disk, '20m')

  test('stores nothing partially, and the next command works', async ({ skip }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    const creating = await run(disk, 'bugs', 'list')
    expect([creating.exitCode, creating.stderr]).toEqual([
      1,
      expect.stringContaining('error: the disk of the embedded database is full\n'),
    ])
    resize('80m')
    expect((await createBug(disk)).stdout).toBe('BUG-1001\n')
    const argv = ['db', 'seed', '--size', 'large', '--bugs', '20000', '--force', '--json']
    const filling = await run(disk, ...argv)
    expect([filling.exitCode, filling.stderr]).toEqual([1, expect.stringContaining('"code":"DISK_FULL"')])
    resize('300m')
    expect(await titles(disk)).toBe('Kept\n')
    expect((await createBug(disk)).exitCode).toBe(0)
  }, 60_000)

  test('ends a migration with exit 1 and none of its tables; with more space the next command applies it', async ({
    skip,
  }) => {
    skip(!isMounted(), 'mount needs root: a full disk cannot be tried here')
    const folder = path.join(disk, 'migrated')
    resize('500m')
    await createBug(folder)
    const newer = newerRelease('filling', {
      '20991231000000_numbers': 'CREATE TABLE "numbers" AS SELECT n FROM generate_series(1, 1000000) AS n;',
    })
    const space = statfsSync(disk)
    const used = (space.blocks - space.bfree) * space.bsize
    // The copy of the folder, which a migration makes first, fits; the table does not.
    const data = inside(folder).reduce((sum, file) => sum + statSync(file).size, 0)
    resize(`${Math.ceil((used + data) / 1024 / 1024) + 10}m`)
    const failed = await newer(folder)
    expect([failed.exitCode, failed.stderr]).toEqual([1, expect.stringContaining('is full')])
    resize('500m')
    expect(await titles(folder)).toBe('Kept\n')
    const applied = await newer(folder)
    expect([applied.exitCode, applied.stdout], applied.stderr).toEqual([0, 'BUG-1001\n'])
  }, 120_000)
})

/** Another release: this one with more migrations. Returns what lists the bugs of a CTO_HOME with it. */
function newerRelease(name: string, migrations: Record<string, string>) {
  const release = path.join(home, name)
  for (const part of ['bin', 'dist', 'package.json', 'prisma/migrations'])
    cpSync(part, path.join(release, part), { recursive: true })
  for (const [migration, sql] of Object.entries(migrations)) {
    const file = path.join(release, 'prisma/migrations', migration, 'migration.sql')
    mkdirSync(path.dirname(file))
    writeFileSync(file, `${sql}\n`)
  }
  linkModules(release)
  const argv = [path.join(release, 'bin/cto.js'), 'bugs', 'list', '-f', 'ids']
  return (folder: string) => start(process.execPath, argv, { ...environment(home), CTO_HOME: folder }).ended
}

function inside(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name))
}

/** PGlite is a package, not part of the bundle. */
function linkModules(folder: string): void {
  execFileSync('ln', ['-s', path.resolve('node_modules'), path.join(folder, 'node_modules')])
}
