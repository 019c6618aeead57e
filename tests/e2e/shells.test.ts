import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultLimits, serverSettings } from '../helpers/settings.js'
import type { EmbeddedSettings } from '../../src/engine/embedded/embedded.js'
import { open } from '../../src/engine/open.js'
import { lockOwner } from '../helpers/lock-owner.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { bin, binary, environment, start, useHome } from './binary.js'

/** As in the specification with `CTO_TEST_SHELL_BUGS=50`, which takes some minutes; more rounds are more of the same. */
const bugCount = Number(process.env['CTO_TEST_SHELL_BUGS'] ?? 4)
const rounds = Number(process.env['CTO_TEST_SHELL_ROUNDS'] ?? 1)

const shells = Array.from({ length: 8 }, (_, n) => `shell${n}`)

let server: PostgresqlServer | null = null

beforeAll(async () => {
  // Where the platform has no server, its tests are skipped, and say so.
  server = await startPostgresql().catch(() => null)
}, 60_000)

afterAll(() => server?.stop())

const legal: Record<string, readonly string[]> = {
  pending: ['in_progress', 'closed', 'deferred'],
  in_progress: ['pending', 'verified', 'closed', 'deferred'],
  verified: ['in_progress', 'shipped', 'closed', 'deferred'],
}

describe.each(['embedded', 'server'] as const)('eight shells on the same bugs (%s)', (engine) => {
  const home = useHome()
  const env = () =>
    (engine === 'server'
      ? { DATABASE_URL: `${server?.url ?? ''}/postgres?sslmode=disable&schema=shells` }
      : {}) as { DATABASE_URL?: string }
  const run = (...argv: string[]) => binary(home, argv, env())

  /** One command of one shell, on all the bugs in an order of its own. */
  const edit = async (shell: string, names: readonly string[], ...argv: string[]) => {
    const shuffled = [...names].sort(() => Math.random() - 0.5)
    const flags = [
      '--from',
      '-',
      '--hours',
      '0.25',
      '--yes',
      '--as',
      shell,
      '--lock-timeout',
      '120',
      '-f',
      'ids',
    ]
    const { child, ended } = start(process.execPath, [bin, 'bugs', ...argv, ...flags], {
      ...environment(home),
      ...env(),
    })
    child.stdin.end(shuffled.join('\n'))
    return { shell, argv, ...(await ended) }
  }

  test('lose nothing, meet no deadlock, and write a complete history', async ({ skip }) => {
    skip(engine === 'server' && server === null, 'no PostgreSQL server runs here')
    const init = await run('db', 'init')
    expect(init, init.stderr).toMatchObject({ exitCode: 0 })
    importFile(home, 'people.csv', ['email,name', ...shells.map((shell) => `${shell}@example.com,${shell}`)])
    importFile(home, 'bugs.csv', ['key,title,priority', ...numbers().map((n) => `S-${n},bug ${n},high`)])
    expect((await run('import', 'csv', path.join(home, 'people.csv'), '--type', 'users')).exitCode).toBe(0)
    expect((await run('import', 'csv', path.join(home, 'bugs.csv'), '--type', 'bugs')).exitCode).toBe(0)
    const names = numbers().map((n) => `S-${n}`)

    const work = shells.map(async (shell, n) => {
      const results = []
      for (let round = 0; round < rounds; round++)
        results.push(await edit(shell, names, 'assign', '--to', shell))
      // What one has verified another cannot start: with --keep-going the others go on.
      results.push(await edit(shell, names, n % 2 === 0 ? 'start' : 'verify', '--keep-going'))
      results.push(await edit(shell, names, 'close'))
      return results
    })
    const results = (await Promise.all(work)).flat()
    const failed = results.filter(
      ({ exitCode, stderr }) => ![0, 5].includes(exitCode) || /deadlock|error:/.test(stderr),
    )
    expect(failed).toEqual([])

    const listed = await run('bugs', 'list', '--status', 'all', '-L', '0', '--json')
    const { data } = JSON.parse(listed.stdout) as { data: Stored[] }
    expect(data).toHaveLength(bugCount)
    for (const bug of data) {
      const history = await historyOf(bug)
      const of = (field: string) => history.filter(({ fieldChanged }) => fieldChanged === field)
      // Every quarter of an hour that was reported as booked is there, once; a refused step books nothing.
      const booked = of('actualHours').length
      expect(bug.actualHours).toBe((booked * 0.25).toFixed(2))
      expect(booked).toBeGreaterThanOrEqual(shells.length * (rounds + 1))
      expect(bug).toMatchObject({
        status: 'closed',
        assignedTo: { name: expect.stringMatching(/^shell\d$/) as string },
      })
      for (const field of ['status', 'assignedToId', 'actualHours'] as const) {
        const rows = of(field)
        for (const [at, row] of rows.entries()) {
          if (at > 0) expect(row.oldValue).toBe(rows[at - 1]?.newValue)
          if (field === 'status') expect(legal[row.oldValue ?? '']).toContain(row.newValue)
        }
        expect(rows.at(-1)?.newValue).toBe(bug[field])
      }
    }
    const total = data.reduce((sum, { actualHours }) => sum + Number(actualHours) * 4, 0)
    expect(total).toBe(results.reduce((sum, { stdout }) => sum + stdout.split('\n').length - 1, 0))
  }, 600_000)

  test('and bugs created at the same time have a number each', async ({ skip }) => {
    skip(engine === 'server' && server === null, 'no PostgreSQL server runs here')
    const results = await Promise.all(
      shells.map((shell) =>
        run('bugs', 'create', '--title', shell, '-s', 'low', '-f', 'ids', '--lock-timeout', '120'),
      ),
    )
    expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([])
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(shells.length)
  }, 120_000)

  interface Stored {
    id: string
    bugNumber: string
    status: string
    assignedToId: string
    actualHours: string
  }

  interface Change {
    bugId: string
    fieldChanged: string
    oldValue: string | null
    newValue: string | null
  }

  let histories: Map<string, Change[]> | undefined

  async function historyOf({ id }: Stored): Promise<Change[]> {
    histories ??= await allHistories()
    return histories.get(id) ?? []
  }

  async function allHistories(): Promise<Map<string, Change[]>> {
    const database = await open(
      {
        at:
          engine === 'server'
            ? { engine: 'postgresql', server: serverSettings(env().DATABASE_URL ?? '') }
            : { engine: 'embedded', embedded: embeddedIn(path.join(home, 'cto')) },
        limits: defaultLimits(),
        readOnly: false,
        lockTimeoutMs: 60_000,
        workspace: null,
        packageFiles: { root: '.', catalogues: 'dist/catalogue' },
        now: () => new Date(),
      },
      'read',
    )
    const rows = await database.read(
      (db) => db.$queryRaw<Change[]>`
        SELECT
          bug_id::text AS "bugId", field_changed AS "fieldChanged", old_value AS "oldValue", new_value AS "newValue"
        FROM bug_history
        ORDER BY changed_at, seq`,
    )
    await database.close()
    const found = new Map<string, Change[]>()
    for (const row of rows) found.set(row.bugId, [...(found.get(row.bugId) ?? []), row])
    return found
  }
})

function numbers(): number[] {
  return Array.from({ length: bugCount }, (_, n) => n + 1)
}

function importFile(home: string, name: string, lines: readonly string[]): void {
  writeFileSync(path.join(home, name), lines.join('\n') + '\n')
}

function embeddedIn(home: string): EmbeddedSettings {
  return {
    home,
    schema: 'public',
    template: 'dist/embedded-template.tar.gz',
    interruptible: false,
    worker: 'dist/embedded-worker.js',
    longWork: false,
    version: '0.1.0',
    owner: lockOwner,
  }
}
