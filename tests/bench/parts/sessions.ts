import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import path from 'node:path'
import type { Ground } from '../ground.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

const part = 'sessions'

/** Events of one session. */
const each = 200

/** As `cto` stores them. The log of the import stays in its table, since the copied rows refer to it. */
const tables = ['metrics_sessions', 'tool_events', 'tool_metrics']

/**
 * An ingestion of a file of events beside psql's `\copy` of the same rows into the same tables with the same indexes, and beside
 * a program that only reads the file; on a server, and embedded with its memory.
 */
export async function timeSessions(ground: Ground, { events }: { events: string }): Promise<Line[]> {
  const { cto, folder, peakOf, rounds, say, scratch } = ground
  const url = await scratch('sessions')
  const file = path.join(folder, 'events.ndjson')
  const psql = (sql: string) =>
    runProgram({ file: 'psql', args: [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', sql] })
  const ingest = (env: Record<string, string>) => cto(['sessions', 'ingest', file, '--quiet'], { env })
  const empty = () => psql(`TRUNCATE ${tables.join(', ')}`)
  const copied = (table: string) => `'${path.join(folder, table)}.copy' CSV`

  await writeEvents(file, Number(events))
  await ingest({ DATABASE_URL: url })
  for (const table of tables) await psql(`\\copy ${table} TO ${copied(table)}`)
  const contestants: Contestant[] = [
    { name: 'cto sessions ingest', before: empty, run: () => ingest({ DATABASE_URL: url }) },
    {
      name: 'psql \\copy',
      before: empty,
      run: async () => {
        for (const table of tables) await psql(`\\copy ${table} FROM ${copied(table)}`)
      },
    },
    await readingAlone(folder, file),
  ]
  say(`ingesting ${events} events`)
  const [mine = [], ...others] = await inTurn(contestants, Math.min(rounds, 3))
  const [ours, ...beside] = contestants
  await empty()
  const memory = await peakOf((env) => ingest({ ...env, DATABASE_URL: url }))
  return [
    lineOf(
      {
        part,
        name: ours?.name ?? '',
        unit: 's',
        promise: { atMost: 5 * Math.max(1, Number(events) / 100_000) },
      },
      mine,
    ),
    ...beside.map(({ name }, index) => {
      const sorted = others[index] ?? []
      const against = { name: ours?.name ?? '', ratio: median(sorted) / median(mine) }
      return lineOf({ part, name: `${name}, × as long as cto`, unit: 's', against }, sorted)
    }),
    lineOf({ part, name: 'memory: cto sessions ingest', unit: 'MB', promise: { atMost: 250 } }, [memory]),
    ...(await timeEmbedded(ground, ingest)),
  ]
}

async function timeEmbedded(
  { cto, folder, peakOf, say }: Ground,
  ingest: (env: Record<string, string>) => Promise<void>,
): Promise<Line[]> {
  const env = { CTO_HOME: path.join(folder, 'ingested') }
  await cto(['db', 'init', '--quiet'], { env })
  const opening = await peakOf((more) => cto(['sessions', 'list', '--quiet'], { env: { ...env, ...more } }))
  say('ingesting them embedded')
  let seconds = 0
  const peak = await peakOf(async (more) => {
    const from = performance.now()
    await ingest({ ...env, ...more })
    seconds = (performance.now() - from) / 1000
  })
  const name = 'cto sessions ingest, embedded'
  return [
    lineOf({ part, name, unit: 's' }, [seconds]),
    lineOf({ part, name: `memory: ${name}`, unit: 'MB' }, [peak]),
    lineOf({ part, name: 'memory: cto sessions list, embedded', unit: 'MB' }, [opening]),
  ]
}

/** The least that any reader in Node does. */
async function readingAlone(folder: string, file: string): Promise<Contestant> {
  const script = path.join(folder, 'reading.mjs')
  await writeFile(
    script,
    `import { createReadStream } from 'node:fs'
     import { createInterface } from 'node:readline'
     for await (const line of createInterface({ input: createReadStream(${JSON.stringify(file)}) })) JSON.parse(line)`,
  )
  return {
    name: 'JSON.parse of each line',
    run: () => runProgram({ file: process.execPath, args: [script] }),
  }
}

const tools = ['Bash', 'Read', 'Edit', 'Grep', 'Write', 'WebFetch', 'mcp__tracker__get', 'claude-x']

/** Writes invented events in the format of cto, about 170 bytes each, the same in every run. */
async function writeEvents(file: string, count: number): Promise<void> {
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
  const out = createWriteStream(file)
  for (let n = 0; n < count; n += 1) {
    const session = Math.floor(n / each)
    const tool = tools[random(tools.length)]
    const at = Date.UTC(2026, 7, 1) + session * 4_680_000 + (n % each) * 20_000 + random(15_000)
    const event = {
      session: `s-${session}`,
      id: `e-${n}-${random(1e9)}`,
      tool,
      at: new Date(at).toISOString(),
      durationMs: random(30_000),
      error: random(20) === 0,
      user: `dev${session % 40}@example.com`,
      ...(tool === 'claude-x' && {
        category: 'model',
        inputTokens: random(1000),
        outputTokens: random(1000),
        costUsd: random(1e6) / 1e6,
      }),
    }
    if (!out.write(`${JSON.stringify(event)}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}
