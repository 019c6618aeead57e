import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import path from 'node:path'
import { createManyBugs } from '../create-many.js'
import type { Ground } from '../ground.js'
import { missingProgram } from '../installed.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

const part = 'import'

/**
 * An import of a file beside psql's `\copy` of the same rows into the same table with the same indexes and triggers, and
 * beside what else is installed. Every contestant stores into a table that was emptied before.
 */
export async function timeImport(ground: Ground): Promise<Line[]> {
  const { bugs, cto, folder, peakOf, rounds, say, scratch } = ground
  const url = await scratch('imported')
  const env = { DATABASE_URL: url }
  const file = path.join(folder, 'bugs.csv')
  const copied = path.join(folder, 'bugs.copy')
  const psql = (sql: string) =>
    runProgram({ file: 'psql', args: [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', sql] })
  const load = (more: Record<string, string> = {}) =>
    cto(['import', 'csv', file, '--type', 'bugs', '--from', 'jira', '--quiet'], { env: { ...env, ...more } })
  const emptyAll = () =>
    psql(
      `BEGIN; SET LOCAL cto.audit_maintenance = 'on';
       TRUNCATE audit_log, bug_history, bugs, project_metrics, projects, users, import_logs CASCADE; COMMIT`,
    )
  const emptyBugs = () => psql('TRUNCATE bugs, bug_history CASCADE; CHECKPOINT')

  await writeJiraExport(file, bugs)
  await load()
  await psql(`\\copy (SELECT * FROM bugs ORDER BY bug_number) TO '${copied}' CSV`)
  // The people and projects stay, since the rows of \\copy refer to them.
  const ours: Contestant = { name: 'cto import csv', before: emptyBugs, run: () => load() }
  const others: Contestant[] = [
    { name: 'psql \\copy', run: () => psql(`\\copy bugs FROM '${copied}' CSV`) },
    { name: "Prisma's createMany, 1,000 at a time", run: () => createManyBugs(url, file) },
    ...(await installedOthers({ url, folder, copied, say })),
  ].map((contestant) => ({ ...contestant, before: emptyBugs }))
  say(`import of ${bugs} bugs beside ${others.map(({ name }) => name).join(', ')}`)
  const [mine = [], ...times] = await inTurn([ours, ...others], Math.min(rounds, 3))
  const lines = others.map(({ name }, index) => {
    const sorted = times[index] ?? []
    const against = { name: ours.name, ratio: median(sorted) / median(mine) }
    const promise = { atLeast: name.startsWith('psql') ? 0.75 : 1 }
    return lineOf({ part, name: `${name}, × as long as cto`, unit: 's', against, promise }, sorted)
  })
  await emptyAll()
  const memory = await peakOf(load)
  return [
    lineOf({ part, name: ours.name, unit: 's' }, mine),
    ...lines,
    lineOf({ part, name: `memory: ${ours.name}`, unit: 'MB', promise: { atMost: 200 } }, [memory]),
  ]
}

interface Others extends Pick<Ground, 'folder' | 'say'> {
  url: string
  /** The rows as `\copy` writes them, so that all store the same ones. */
  copied: string
}

/** pgloader and csvsql, where they are installed. */
async function installedOthers({ url, folder, copied, say }: Others): Promise<Contestant[]> {
  const columns = execFileSync(
    'psql',
    [
      url,
      '-qAtXc',
      `SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = 'bugs'`,
    ],
    { encoding: 'utf8' },
  ).trim()
  const command = path.join(folder, 'bugs.load')
  const nullable = columns.split(',').map((name) => `${name} [null if blanks]`)
  await writeFile(
    command,
    `LOAD CSV FROM '${copied}' (${nullable.join(', ')}) INTO ${url}&bugs (${columns})
     WITH fields terminated by ',', fields optionally enclosed by '"', fields escaped by double-quote;`,
  )
  const withHeader = path.join(folder, 'header.csv')
  await writeFile(withHeader, `${columns}\n`)
  await appendFile(withHeader, await readFile(copied))
  const line = `--insert --no-create --no-inference --tables bugs --chunk-size 1000 --db`.split(' ')
  return [
    { name: 'pgloader', args: ['--quiet', command] },
    { name: 'csvsql', args: [...line, url, withHeader] },
  ].flatMap(({ name, args }) => {
    const missing = missingProgram(name)
    if (missing === undefined) return [{ name, run: () => runProgram({ file: name, args }) }]
    say(`import: not compared with ${name}: ${missing}`)
    return []
  })
}

/** Writes invented bugs in Jira's format, about 400 bytes each, the same in every run. */
async function writeJiraExport(file: string, rows: number): Promise<void> {
  const vocabulary =
    'payment checkout gateway timeout search index session cache retry login token upload report invoice queue worker'.split(
      ' ',
    )
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
  const text = (length: number) =>
    Array.from({ length }, () => vocabulary[random(vocabulary.length)]).join(' ')
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  const out = createWriteStream(file)
  out.write('Issue key,Summary,Description,Priority,Status,Assignee,Project name,Created,Updated\n')
  for (let row = 1; row <= rows; row += 1) {
    const created = 1.6e12 + random(1e8) * 1000
    const cells = [
      `BENCH-${row}`,
      `"${text(6)} ${row}"`,
      `"${text(22)},\n${text(14)}"`,
      ['Highest', 'High', 'Medium', 'Low'][random(4)],
      'Open',
      `dev${random(40)}@example.com`,
      `Project ${random(20)}`,
      time(created),
      time(created + 1e9),
    ]
    if (!out.write(`${cells.join(',')}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}
