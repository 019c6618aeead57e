import { execFileSync } from 'node:child_process'
import path from 'node:path'
import type { Ground } from '../ground.js'
import { writeJiraExport } from '../jira-export.js'
import { lineOf, type Line } from '../result.js'
import { inTurn } from '../turns.js'

const part = 'database'

/** What is done to a database as a whole, and a small import, as whole processes. */
export async function timeDatabase(ground: Ground): Promise<Line[]> {
  const { bugs, cto, folder, peakOf, rounds, say, scratch, seedSeconds, url } = ground
  const onServer = { DATABASE_URL: url }
  const embedded = { CTO_HOME: path.join(folder, 'embedded-database') }
  await cto(['db', 'seed', '--quiet'], { env: embedded })
  const file = path.join(folder, 'hundred.csv')
  await writeJiraExport(file, 100)
  const imported = { DATABASE_URL: await scratch('hundred') }
  const archive = path.join(folder, 'database.cto.tar')
  const backup = (more: Record<string, string> = {}) =>
    cto(['db', 'backup', archive, '--quiet'], { env: { ...onServer, ...more } })
  say('backup, verify, doctor, inspect, an import of 100 bugs')
  const memory = await peakOf(backup)
  const timed: { name: string; args: readonly string[]; env?: Record<string, string>; atMost: number }[] = [
    { name: 'cto db doctor', args: ['db', 'doctor'], atMost: 5 },
    { name: 'cto db doctor --only self', args: ['db', 'doctor', '--only', 'self'], atMost: 5 },
    { name: 'cto db doctor, embedded, the small sample', args: ['db', 'doctor'], env: embedded, atMost: 5 },
    { name: 'cto db inspect tables', args: ['db', 'inspect', 'tables'], atMost: 1 },
    { name: 'cto db verify --quick', args: ['db', 'verify', archive, '--quick'], atMost: 2 },
    { name: 'cto db verify', args: ['db', 'verify', archive], atMost: 60 },
    {
      name: 'cto import csv, 100 bugs',
      args: ['import', 'csv', file, '--type', 'bugs', '--from', 'jira', '--quiet'],
      env: imported,
      atMost: 0.5,
    },
  ]
  const times = await inTurn(
    timed.map(({ name, args, env = onServer }) => ({ name, run: () => cto(args, { env }) })),
    Math.min(rounds, 5),
  )
  const lines = timed.map(({ name, atMost }, index) =>
    lineOf({ part, name, unit: 's', promise: { atMost } }, times[index] ?? []),
  )
  const size = execFileSync('psql', [url, '-qAtXc', 'SELECT pg_database_size(current_database())'], {
    encoding: 'utf8',
  })
  // Promised for 100,000 bugs.
  const share = Math.max(1, bugs / 100_000)
  return [
    lineOf({ part, name: 'cto db seed --size large', unit: 's', promise: { atMost: 60 * share } }, [
      seedSeconds,
    ]),
    lineOf({ part, name: 'size of the database', unit: 'MB', promise: { atMost: 500 * share } }, [
      Number(size) / 1e6,
    ]),
    lineOf({ part, name: 'memory: cto db backup', unit: 'MB', promise: { atMost: 200 } }, [memory]),
    ...lines,
  ]
}
