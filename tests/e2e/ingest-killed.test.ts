import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { archiveHour, archiveLines, exampleDeliveries } from '../helpers/event-inputs.js'
import { factQuestions } from '../helpers/fact-questions.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { bin, binary, environment, start, useHome } from './binary.js'

/** Of the archive, after the 329 deliveries: together two batches of a thousand events, and one that is not full. */
const archived = 2000
const total = 329 + archived
const batch = 1000
const argv = ['events', 'ingest', 'deliveries.jsonl', 'hour.json.gz', '--all']

/** The number of rows of each kind, and a digest of them. */
const factsQuery = Object.entries(factQuestions)
  .map(
    ([name, sql]) => `
      SELECT '${name}' AS name, count(*)::int AS rows, md5(string_agg(q::text, '' ORDER BY q::text)) AS digest
      FROM (SELECT row_to_json(t)::text AS q FROM (${sql}) t) u`,
  )
  .join(' UNION ALL ')

const home = useHome()
let archivedIds: string[] = []
const withHour = describe.skipIf(!existsSync(archiveHour))

beforeAll(() => {
  if (!existsSync(archiveHour)) return
  const lines = archiveLines().slice(0, archived)
  archivedIds = lines.map((line) => (JSON.parse(line) as { id: string }).id)
  writeFileSync(path.join(home, 'hour.json.gz'), gzipSync(lines.join('\n')))
  writeFileSync(path.join(home, 'deliveries.jsonl'), exampleDeliveries().join('\n'))
})

async function succeed(env: NodeJS.ProcessEnv, ...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await binary(home, words, env)
  expect([words[0], exitCode], stderr).toEqual([words[0], 0])
  return stdout
}

const query = (env: NodeJS.ProcessEnv, sql: string) =>
  succeed(env, 'db', 'query', sql, '--format', 'csv', '--no-header')

const storedEvents = async (env: NodeJS.ProcessEnv) => Number(await query(env, 'SELECT count(*) FROM events'))

const ingesting = (env: NodeJS.ProcessEnv) =>
  start(process.execPath, ['--', bin, ...argv], { ...environment(home), ...env })

withHour('an ingest on the embedded database that is killed', () => {
  const whole = { CTO_HOME: path.join(home, 'whole') }
  const killed = { CTO_HOME: path.join(home, 'killed') }

  test('keeps whole batches, and ends with the same rows when it is run again', async () => {
    for (const env of [whole, killed]) await succeed(env, 'db', 'init')
    const startedAt = performance.now()
    await succeed(whole, ...argv)
    const tookMs = performance.now() - startedAt
    for (const share of [0.3, 0.6, 0.9]) {
      const { child, ended } = ingesting(killed)
      await Promise.race([sleep(share * tookMs), ended])
      child.kill('SIGKILL')
      await ended
      const stored = await storedEvents(killed)
      expect(stored === total ? 0 : stored % batch).toBe(0)
    }
    await succeed(killed, ...argv)
    expect(await storedEvents(killed)).toBe(total)
    expect(await query(killed, factsQuery)).toBe(await query(whole, factsQuery))
  }, 300_000)
})

withHour('an ingest on a server that is killed', () => {
  let server: PostgresqlServer | null = null
  beforeAll(async () => {
    // If the platform has no server, the tests are skipped, with a notice. Commits must survive the kill.
    server = await startPostgresql(['synchronous_commit=on']).catch(() => null)
  }, 60_000)
  afterAll(() => server?.stop())

  const urlOf = (schema: string) => `${server?.url ?? ''}/postgres?sslmode=disable&schema=${schema}`

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: `${server?.url ?? ''}/postgres?sslmode=disable` })
    await client.connect()
    await client.query('SET search_path = killed')
    return client
  }

  /** Keeps what the statement locks until it is released. */
  async function hold(sql: string): Promise<{ release(): Promise<void> }> {
    const client = await connect()
    await client.query('BEGIN')
    await client.query(sql)
    return { release: () => client.end() }
  }

  /** Whoever stores the event of this place in the archive waits, since an equal key is not committed yet. */
  const holdEvent = (place: number) =>
    hold(`
      INSERT INTO events (occurred_at, received_at, source, delivery_key, name, signature, state)
      VALUES (now(), now(), 'archive', '${archivedIds.at(place) ?? ''}', 'push', 'unsigned', 'skipped')`)

  /** Resolves when the session of the ingest waits for a lock. */
  async function untilWaiting(): Promise<void> {
    const client = await connect()
    const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while ((await client.query(waiting)).rowCount === 0) await sleep(20)
    await client.end()
  }

  test('keeps the batches before that moment, and ends with the same rows when it is run again', async ({
    skip,
  }) => {
    if (server === null) skip('no PostgreSQL server runs here')
    const whole = { DATABASE_URL: urlOf('whole') }
    const killed = { DATABASE_URL: urlOf('killed') }
    for (const env of [whole, killed]) await succeed(env, 'db', 'init')
    const kill = async (...held: { release(): Promise<void> }[]) => {
      const { child, ended } = ingesting(killed)
      await untilWaiting()
      child.kill('SIGKILL')
      expect((await ended).exitCode).toBeNull()
      for (const each of held) await each.release()
      return storedEvents(killed)
    }
    // In the first batch, in the second one, and at the last event of the last one.
    expect(await kill(await holdEvent(10))).toBe(0)
    expect(await kill(await holdEvent(1000))).toBe(1000)
    expect(await kill(await holdEvent(-1))).toBe(2000)
    // Between the last batch and the entry of the log that says that the run is done.
    const { child, ended } = ingesting(killed)
    const last = await holdEvent(-1)
    await untilWaiting()
    const log = await hold('SELECT 1 FROM import_logs FOR NO KEY UPDATE')
    await last.release()
    while ((await storedEvents(killed)) < total) await sleep(20)
    await untilWaiting()
    child.kill('SIGKILL')
    expect((await ended).exitCode).toBeNull()
    await log.release()

    await succeed(killed, ...argv)
    await succeed(whole, ...argv)
    expect(await query(killed, factsQuery)).toBe(await query(whole, factsQuery))
    const states = await succeed(killed, 'import', 'history', '--fields', 'state', '--no-header')
    expect(states).toBe(`done\n${'interrupted\n'.repeat(4)}`)
  }, 300_000)
})
