import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createManyBugs } from '../create-many.js'
import type { Ground } from '../ground.js'
import { missingProgram } from '../installed.js'
import { writeJiraExport } from '../jira-export.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

const part = 'import'

/** They store the cells of the file as they are, in a file of their own. */
const readers = ['sqlite-utils', 'DuckDB']

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
    ...(await installedOthers({ url, folder, file, copied, say })),
  ].map((contestant) => ({ ...contestant, before: emptyBugs }))
  say(`import of ${bugs} bugs beside ${others.map(({ name }) => name).join(', ')}`)
  const [mine = [], ...times] = await inTurn([ours, ...others], Math.min(rounds, 3))
  const lines = others.map(({ name }, index) => {
    const sorted = times[index] ?? []
    const against = { name: ours.name, ratio: median(sorted) / median(mine) }
    const atLeast = name.startsWith('psql') ? 0.75 : 1
    const promise = readers.some((reader) => name.startsWith(reader)) ? {} : { promise: { atLeast } }
    return lineOf({ part, name: `${name}, × as long as cto`, unit: 's', against, ...promise }, sorted)
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
  /** The export of a tracker. */
  file: string
  /** The rows as `\copy` writes them, so that all store the same ones. */
  copied: string
}

/** pgloader, csvsql, sqlite-utils and DuckDB, where they are installed. */
async function installedOthers({ url, folder, file, copied, say }: Others): Promise<Contestant[]> {
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
  const sqlite = path.join(folder, 'bugs.sqlite')
  const duckdb = `import { DuckDBInstance } from '@duckdb/node-api'
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run("CREATE TABLE bugs AS SELECT * FROM read_csv('${file}')")`
  const byDuckdb = existsSync('node_modules/@duckdb/node-api')
    ? [
        {
          name: "DuckDB's read_csv, in memory",
          run: () => runProgram({ file: process.execPath, args: ['--input-type=module', '-e', duckdb] }),
        },
      ]
    : []
  if (byDuckdb.length === 0) say('import: not compared with DuckDB: npm install --no-save @duckdb/node-api')
  const programs = [
    { name: 'pgloader', args: ['--quiet', command] },
    { name: 'csvsql', args: [...line, url, withHeader] },
    { name: 'sqlite-utils', args: ['insert', sqlite, 'bugs', file, '--csv', '--truncate', '--silent'] },
  ].flatMap(({ name, args }) => {
    const missing = missingProgram(name)
    if (missing === undefined) return [{ name, run: () => runProgram({ file: name, args }) }]
    say(`import: not compared with ${name}: ${missing}`)
    return []
  })
  return [...programs, ...byDuckdb]
}
