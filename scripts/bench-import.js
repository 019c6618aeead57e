import { execFileSync, spawnSync } from 'node:child_process'
import { createWriteStream, rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { bundleOptions, root } from './bundle.js'

/**
 * Times `cto import csv` against psql's `\copy` of the same rows into the same table with the same indexes and triggers,
 * one after the other, and prints the ratio:
 *
 *     npm run build
 *     node scripts/bench-import.js postgresql://…/scratch --rows 100000 --rounds 3
 *
 * Use a separate, migrated database (`cto db init`); all its rows are deleted. `--postmaster PID`, for an unshared server on
 * this machine, prints its CPU time too, which is more stable than wall time on a busy machine. `--rivals` times Debian's
 * pgloader and csvsql, if they are installed, and a plain script with Prisma's createMany too.
 */

const [url = ''] = process.argv.slice(2)
const rows = Number(flag('rows') ?? 100_000)
const rounds = Number(flag('rounds') ?? 3)
const postmaster = flag('postmaster')
if (!/^postgres(ql)?:/.test(url)) throw new Error('name a scratch database: postgresql://…/scratch')

const folder = await mkdtemp(path.join(tmpdir(), 'cto-bench-'))
const file = path.join(folder, 'bugs.csv')
const copied = path.join(folder, 'bugs.copy')
try {
  await writeRows()
  for (let round = 1; round <= rounds; round += 1) {
    psql(
      "BEGIN; SET LOCAL cto.audit_maintenance = 'on'; TRUNCATE audit_log, bug_history, bugs, project_metrics, projects, users, import_logs; COMMIT",
    )
    const ours = timed('cto import csv', importOurs)
    psql(`\\copy (SELECT * FROM bugs ORDER BY bug_number) TO '${copied}' CSV`)
    psql('TRUNCATE bugs, bug_history')
    const theirs = timed('psql \\copy', () => {
      psql(`\\copy bugs FROM '${copied}' CSV`)
    })
    console.log(`round ${round}: ${(theirs / ours).toFixed(2)} × \\copy`)
    if (process.argv.includes('--rivals')) await timeRivals(ours)
  }
} finally {
  await rm(folder, { recursive: true })
}

/** @param {number} ours seconds */
async function timeRivals(ours) {
  const rivals = {
    pgloader: await pgloader(),
    'csvsql --insert': await csvsql(),
    createMany: await createMany(),
  }
  for (const [name, run] of Object.entries(rivals)) {
    psql('TRUNCATE bugs, bug_history')
    try {
      console.log(`${(timed(name, run) / ours).toFixed(2)} × as long as cto: ${name}`)
    } catch (error) {
      console.log(`${name} did not run: ${String(error).slice(0, 300)}`)
    }
  }
}

/** The columns of the file that `\\copy` wrote, so that every rival stores the same rows. */
function columns() {
  const sql =
    "SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'bugs'"
  return execFileSync('psql', [url, '-qAtX', '-c', sql], { encoding: 'utf8' }).trim()
}

async function pgloader() {
  const command = path.join(folder, 'bugs.load')
  const names = columns()
  const nullable = names.split(',').map((name) => `${name} [null if blanks]`)
  await writeFile(
    command,
    `LOAD CSV FROM '${copied}' (${nullable.join(', ')}) INTO ${url}?bugs (${names})
     WITH fields terminated by ',', fields optionally enclosed by '"', fields escaped by double-quote;`,
  )
  return () => execFileSync('pgloader', ['--quiet', command], { stdio: 'pipe' })
}

async function csvsql() {
  const withHeader = path.join(folder, 'header.csv')
  await writeFile(withHeader, `${columns()}\n`)
  execFileSync('sh', ['-c', `cat '${copied}' >> '${withHeader}'`])
  const line = [
    '--db',
    url,
    '--insert',
    '--no-create',
    '--no-inference',
    '--tables',
    'bugs',
    '--chunk-size',
    '1000',
    withHeader,
  ]
  return () => execFileSync('csvsql', line, { stdio: 'pipe' })
}

async function createMany() {
  const outfile = path.join(root, 'node_modules', `.create-many-${process.pid}.mjs`)
  const contents =
    "import { createManyBugs } from './tests/bench/create-many.ts'\nawait createManyBugs(...process.argv.slice(2))"
  await build({ ...bundleOptions, stdin: { contents, resolveDir: root }, outfile, packages: 'external' })
  return () => {
    try {
      execFileSync(process.execPath, [outfile, url, file], { stdio: 'pipe' })
    } finally {
      rmSync(outfile)
    }
  }
}

/** @param {string} name */
function flag(name) {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? undefined : process.argv[at + 1]
}

/** @param {string} sql */
function psql(sql) {
  execFileSync('psql', [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', sql])
}

function importOurs() {
  const line = ['bin/cto.js', 'import', 'csv', file, '--type', 'bugs', '--from', 'jira', '--quiet']
  const { status, stderr } = spawnSync(process.execPath, line, {
    cwd: root,
    env: { ...process.env, DATABASE_URL: url },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
}

/**
 * @param {string} name
 * @param {() => void} work
 */
function timed(name, work) {
  psql('CHECKPOINT')
  const cpuBefore = serverCpu()
  const startedMs = performance.now()
  work()
  const seconds = (performance.now() - startedMs) / 1000
  const cpu = cpuBefore === null ? '' : `, server CPU ${((serverCpu() ?? 0) - cpuBefore).toFixed(2)} s`
  console.log(`${name}: ${seconds.toFixed(2)} s, ${Math.round(rows / seconds)} rows/s${cpu}`)
  return seconds
}

/** CPU seconds of all ended backends, after a short wait for their end. */
function serverCpu() {
  if (postmaster === undefined) return null
  execFileSync('sleep', ['0.5'])
  const fields = execFileSync('cat', [`/proc/${postmaster}/stat`], { encoding: 'utf8' }).split(' ')
  return (Number(fields[15]) + Number(fields[16])) / 100
}

/** Writes invented bugs in Jira's format, about 400 bytes each, the same in every run. */
async function writeRows() {
  const words =
    'payment checkout gateway timeout search index session cache retry login token upload report invoice queue worker'
  const vocabulary = words.split(' ')
  let state = 7
  /** @param {number} below */
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
  /** @param {number} length */
  const text = (length) => Array.from({ length }, () => vocabulary[random(vocabulary.length)]).join(' ')
  /** @param {number} ms */
  const time = (ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
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
