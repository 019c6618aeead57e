import path from 'node:path'
import { expect, test } from 'vitest'
import type { ConnectOptions, Cto } from '../../src/library/api.js'
import { connectWith } from '../../src/library/connect.js'
import { settingsOf } from '../../src/library/settings.js'
import { cto, now, version } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { lockOwner } from '../helpers/lock-owner.js'
import { packageFiles } from '../helpers/migration-sets.js'

const db = useDatabase()

/** The library on the database of this file. */
async function withLibrary<T>(
  options: ConnectOptions,
  work: (library: Cto) => Promise<T>,
  variables: Record<string, string> = {},
): Promise<T> {
  const { root } = packageFiles()
  const env = { HOME: db.folder, CTO_HOME: db.folder, ...db.env, ...variables }
  const given = { env, cwd: db.folder, now: () => now, packageRoot: root, version, owner: lockOwner }
  const { at, ...settings } = settingsOf(options, given)
  const place =
    at.engine === 'embedded' ? { ...at, embedded: { ...at.embedded, connect: db.connectToEmbedded } } : at
  const library = await connectWith({
    settings: { ...settings, at: place, packageFiles: packageFiles() },
    user: options.user,
    userAgent: 'cto/test',
    ownWrites: path.join(db.folder, 'own-writes'),
    onReadFromPrimary: undefined,
  })
  try {
    return await work(library)
  } finally {
    await library.close()
  }
}

test('answers every question as the command line does', async () => {
  await cto(db, 'db', 'seed')
  await withLibrary({}, async (library) => {
    const json = async (line: string): Promise<unknown> => {
      const { data } = JSON.parse((await cto(db, ...line.split(' '), '--json')).stdout) as { data: unknown }
      return data
    }
    const asJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown
    const bugs = await library.bugs({}, { sort: 'bugNumber', limit: 3 })
    expect(asJson(bugs.data)).toEqual(await json('bugs list --status all --sort bugNumber --limit 3'))
    expect(bugs.total).toBe(10)
    const next = await library.bugs({}, { sort: 'bugNumber', limit: 3, cursor: bugs.nextCursor ?? '' })
    expect(next.data.map(({ bugNumber }) => bugNumber)).toEqual(['BUG-1004', 'BUG-1005', 'BUG-1006'])
    expect(asJson((await library.criticalBugs()).data)).toEqual(await json('bugs list --severity critical'))
    expect(asJson(await library.bugStats())).toEqual(await json('bugs stats'))
    expect(asJson((await library.searchBugs('memry')).data)).toEqual(await json('bugs search memry'))
    expect(asJson((await library.bugHistory('1006')).data)).toEqual(await json('bugs history 1006'))
    expect(asJson(await library.project('atlas'))).toEqual(await json('projects show atlas'))
    expect(asJson((await library.activeProjects()).data)).toEqual(await json('projects list'))
    expect(asJson((await library.searchProjects('blokchain')).data)).toEqual(
      await json('projects search blokchain'),
    )
    expect(asJson(await library.overview())).toMatchObject({ top: expect.anything() as unknown })
    expect(asJson(await library.projectDays({ project: 'atlas' }))).toEqual(
      await json('metrics daily --project atlas'),
    )
    expect(asJson(await library.months())).toEqual(await json('metrics monthly'))
    expect((await library.kpis()).find(({ id }) => id === 'open.total')?.value).toBe(
      (await library.bugs({ status: ['pending', 'in_progress', 'verified'] })).total,
    )
    expect((await library.engineering()).map(({ id }) => id)).toContain('resolution.p50')
    expect((await library.team()).length).toBeGreaterThan(0)
    expect((await library.users()).total).toBe(6)
    expect(asJson((await library.workload({ user: 'mara' })).data)).toEqual(await json('users workload mara'))
    expect(asJson((await library.imports({ latest: true })).data)).toEqual(
      await json('import history --latest'),
    )
    expect((await library.audit()).total).toBeGreaterThan(0)
    expect((await library.info()).tables.find(({ name }) => name === 'bugs')?.rows).toBe(10)
    expect((await library.health()).status).not.toBe('unhealthy')
    expect(library.counters().queries).toBeGreaterThan(10)
  })
}, 60_000)

test('finds a bug by its number in one statement', async () => {
  await cto(db, 'db', 'seed')
  await withLibrary({}, async (library) => {
    const before = library.counters().queries
    expect((await library.bug('1001')).bugNumber).toBe('BUG-1001')
    expect(library.counters().queries - before).toBe(1)
  })
})

test('filters by people, projects and spans; null is without one', async () => {
  await cto(db, 'db', 'seed')
  await withLibrary({}, async (library) => {
    const numbers = async (filter: Parameters<Cto['bugs']>[0]) =>
      (await library.bugs(filter)).data.map(({ bugNumber }) => bugNumber).sort()
    const unassigned = await numbers({ assignee: [null] })
    const all = await library.bugs()
    expect(unassigned).toEqual(
      all.data
        .filter(({ assignedToId }) => assignedToId === null)
        .map(({ bugNumber }) => bugNumber)
        .sort(),
    )
    expect(await numbers({ project: ['atlas', null], created: { from: now } })).toEqual([])
    await expect(library.bugs({ assignee: ['nobody'] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(library.bugs({}, { sort: 'colour' })).rejects.toMatchObject({ code: 'USAGE' })
  })
})

test('changes records with history and audit, as the acting user', async () => {
  await withLibrary({}, (library) =>
    library.write((tx) => tx.createUser({ email: 'Ada@Example.com', name: 'Ada' })),
  )
  await withLibrary({ user: 'ada' }, async (library) => {
    const [bug] = await library.batch([
      (tx) => tx.createBug({ title: 'Slow', severity: 'high', assignee: 'ada@example.com' }),
    ])
    expect(bug).toMatchObject({ bugNumber: 'BUG-1001', createdBy: { name: 'Ada' }, createdAt: now })
    const changed = await library.write((tx) =>
      tx.updateBug('1001', { status: 'in_progress', assignee: null }, { note: 'begun' }),
    )
    expect(changed).toMatchObject({ status: 'in_progress', assignedTo: null })
    const { data } = await library.bugHistory('1001')
    expect(data.map(({ fieldChanged, note }) => [fieldChanged, note])).toContainEqual(['status', 'begun'])
    await library.write((tx) => tx.updateBug('1001', { status: 'in_progress' }, { note: 'still at it' }))
    expect((await library.bugHistory('1001')).data).toContainEqual(
      expect.objectContaining({ fieldChanged: 'note', note: 'still at it' }),
    )
    const project = await library.write((tx) =>
      tx.createProject({ name: 'Web', arr: '10.50', githubUrl: 'https://GitHub.com/acme/Web.git' }),
    )
    expect(project).toMatchObject({ arr: '10.50', githubUrl: 'https://github.com/acme/web' })
    expect(await library.write((tx) => tx.updateProject('web', { arr: null }))).toMatchObject({
      arr: null,
      name: 'Web',
    })
    await library.write(async (tx) => {
      await tx.noteBug('1001', 'seen')
      await tx.deleteProject('web')
      await tx.updateUser('ada', { role: 'manager' })
    })
    const actions = (await library.audit()).data.map(({ action, user }) => `${action} ${user?.name ?? ''}`)
    expect(actions).toEqual(
      expect.arrayContaining(['bug.create Ada', 'bug.update Ada', 'project.delete Ada', 'user.update Ada']),
    )
  })
})

test('a batch that fails stores nothing, and a read-only connection refuses to write', async () => {
  await withLibrary({}, async (library) => {
    const failing = library.batch([
      (tx) => tx.createBug({ title: 'One', severity: 'low' }),
      (tx) => tx.createBug({ title: 'Two', severity: 'low', project: 'nowhere' }),
    ])
    await expect(failing).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await library.bugs()).total).toBe(0)
    await expect(
      library.read(async (snapshot) => [await snapshot.bugs(), await snapshot.bug('1')]),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
  if (db.engine === 'embedded') return
  await withLibrary({ readOnly: true }, async (library) => {
    const writing = library.write((tx) => tx.createBug({ title: 'One', severity: 'low' }))
    await expect(writing).rejects.toMatchObject({ code: 'NOT_PERMITTED' })
  })
})

test('onSlowQuery is called with the statement, without its values', async () => {
  const slow: [sql: string, durationMs: number][] = []
  await withLibrary(
    { onSlowQuery: (...query) => slow.push(query) },
    (library) => library.bugs({ text: 'no-such-word' }),
    { SLOW_QUERY_THRESHOLD_MS: '0' },
  )
  expect(slow).toContainEqual([expect.stringMatching(/FROM bugs/i), expect.any(Number)])
  expect(JSON.stringify(slow)).not.toContain('no-such-word')
})
