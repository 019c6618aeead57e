import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Ground } from '../ground.js'
import { missingProgram } from '../installed.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

const part = 'hour'

/** An hour of GH Archive, beside the checkout. */
const archive = path.resolve('../shared/data/github/gharchive_2015-01-01-0.json.gz')

/** As `cto` stores them, those that others refer to first. */
const tables = [
  ...['organizations', 'repositories', 'accounts', 'deployments', 'pull_requests', 'issues', 'commits'],
  ...['pull_request_reviews', 'events'],
]

/** The rows of the events as an engineer would make them with jq: columns of text and the payload. */
const rowsOfJq =
  '[.id, .type, .created_at, .repo.id, .repo.name, .actor.id, .actor.login, (. | tojson)] | @csv'

/**
 * An ingestion of an hour of GH Archive, with all that derives from it, beside `zcat | jq`, which makes rows of it, and psql's
 * `\copy` of the rows that cto stores into the same tables with the same indexes.
 */
export async function timeHour({ cto, folder, rounds, say, scratch }: Ground): Promise<Line[]> {
  const missing = existsSync(archive) ? missingProgram('jq', 'zcat') : `there is no ${path.basename(archive)}`
  if (missing !== undefined) {
    say(`hour: not measured: ${missing}`)
    return []
  }
  const url = await scratch('hour')
  const psql = (sql: string) =>
    runProgram({ file: 'psql', args: [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', sql] })
  const ingest = () => cto(['events', 'ingest', archive, '--all', '--quiet'], { env: { DATABASE_URL: url } })
  const empty = () => psql(`SET client_min_messages = 'warning'; TRUNCATE ${tables.join(', ')} CASCADE`)
  const copied = (table: string) => `'${path.join(folder, table)}.copy'`
  const copy = async (names: readonly string[]) => {
    for (const table of names) await psql(`\\copy ${table} FROM ${copied(table)}`)
  }
  const rows = () =>
    runProgram({
      file: 'sh',
      args: ['-c', `zcat "$0" | jq -r "$1" > "$2"`, archive, rowsOfJq, path.join(folder, 'hour.csv')],
    })

  await ingest()
  for (const table of tables) await psql(`\\copy ${table} TO ${copied(table)}`)
  const contestants: Contestant[] = [
    { name: 'cto events ingest', before: empty, run: ingest },
    {
      name: 'zcat | jq, \\copy',
      before: empty,
      run: async () => {
        await rows()
        await copy(tables)
      },
    },
    {
      name: '\\copy of the events alone',
      before: async () => {
        await empty()
        await copy(tables.filter((table) => table !== 'events'))
      },
      run: () => copy(['events']),
    },
  ]
  say('ingesting an hour of GH Archive')
  const times = await inTurn(contestants, Math.min(rounds, 3))
  const [mine = [], theirs = []] = times
  const against = { name: contestants[1]?.name ?? '', ratio: median(mine) / median(theirs) }
  return contestants.map(({ name }, index) => {
    const line = { part, name, unit: 's' as const }
    return lineOf(index === 0 ? { ...line, against, promise: { atMost: 1 } } : line, times[index] ?? [])
  })
}
