import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Ground } from '../ground.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

interface Verb {
  name: string
  args: readonly string[]
  env?: Record<string, string>
  /** At most this many times as long as `node -e 0`. */
  atMost?: number
  /** At most this many MB in the process. */
  memory?: number
  /** It is meant to fail, with a usage error. */
  fails?: true
}

const part = 'startup'

/** Whole processes, as a person or a script starts them, as ratios to an empty Node. */
export async function timeStartup(ground: Ground): Promise<Line[]> {
  const { cto, folder, rounds, url, say } = ground
  const embedded = { CTO_HOME: path.join(folder, 'embedded') }
  const served = { CTO_HOME: path.join(folder, 'served') }
  for (const env of [embedded, served]) await cto(['db', 'seed', '--quiet'], { env })
  const list = ['bugs', 'list']
  const locked: Verb = { name: 'cto bugs list, embedded, by lock', args: list, env: embedded }
  const verbs: Verb[] = [
    { name: 'cto --version', args: ['--version'], atMost: 1.25 },
    { name: 'cto --help', args: ['--help'], atMost: 1.25 },
    { name: 'cto completion zsh', args: ['completion', 'zsh'], atMost: 1.25 },
    { name: 'cto bugs --bogus (a usage error)', args: ['bugs', '--bogus'], fails: true },
    ...onServer(url),
    locked,
    { name: 'cto bugs list, embedded, by cto db serve', args: list, env: served, atMost: 3 },
  ]
  const run = ({ args, env, fails }: Verb) => {
    const ended = cto(args, env && { env })
    return fails ? ended.catch(() => undefined) : ended
  }
  const bare: Contestant = {
    name: 'node -e 0',
    run: () => runProgram({ file: process.execPath, args: ['-e', '0'] }),
  }
  const pglite = await openingOfPglite(ground, path.join(embedded.CTO_HOME, 'db'))
  const server = await serve(served)
  try {
    say(`start-up: ${verbs.length + 2} commands in turn, ${rounds} rounds`)
    const [empty = [], opening = [], ...times] = await inTurn(
      [bare, pglite, ...verbs.map((verb) => ({ name: verb.name, run: () => run(verb) }))],
      rounds,
    )
    const ratio = (sorted: readonly number[]) => ({
      against: { name: bare.name, ratio: median(sorted) / median(empty) },
    })
    // The opening of PGlite itself cannot be shortened by cto.
    locked.atMost = Number((ratio(opening).against.ratio * 1.2 + 1).toFixed(2))
    const lines = verbs.map(({ name, atMost }, index) => {
      const sorted = times[index] ?? []
      const promise = atMost !== undefined && { promise: { atMost } }
      return lineOf({ part, name, unit: 's', ...ratio(sorted), ...promise }, sorted)
    })
    return [
      lineOf({ part, name: bare.name, unit: 's' }, empty),
      lineOf({ part, name: pglite.name, unit: 's', ...ratio(opening) }, opening),
      ...lines,
      ...(await peaks(ground, verbs)),
    ]
  } finally {
    await server.stop()
  }
}

function onServer(url: string): Verb[] {
  const env = { DATABASE_URL: url }
  const bug = execFileSync('psql', [url, '-qAtXc', 'SELECT max(bug_number) FROM bugs'], {
    encoding: 'utf8',
  }).trim()
  return [
    { name: 'cto bugs list', args: ['bugs', 'list'], env, atMost: 2.5, memory: 60 },
    { name: 'cto bugs show', args: ['bugs', 'show', bug], env, atMost: 2.5, memory: 60 },
    { name: 'cto metrics kpis', args: ['metrics', 'kpis'], env, atMost: 2.5, memory: 60 },
    { name: 'cto bugs search', args: ['bugs', 'search', 'checkout'], env, atMost: 3.5 },
  ]
}

/** A script that opens a data folder with PGlite, asks one question and closes it. */
async function openingOfPglite({ folder }: Ground, dataFolder: string): Promise<Contestant> {
  const script = path.join(folder, 'opening.mjs')
  const pglite = import.meta.resolve('@electric-sql/pglite')
  const trigrams = import.meta.resolve('@electric-sql/pglite/contrib/pg_trgm')
  await writeFile(
    script,
    `import { PGlite } from ${JSON.stringify(pglite)}
     import { pg_trgm } from ${JSON.stringify(trigrams)}
     const db = await PGlite.create(${JSON.stringify(dataFolder)}, { extensions: { pg_trgm } })
     await db.query('SELECT count(*) FROM bugs')
     await db.close()
     process.exit()`,
  )
  return {
    name: 'PGlite alone opens the same folder',
    run: () => runProgram({ file: process.execPath, args: [script] }),
  }
}

async function serve(env: Record<string, string>): Promise<{ stop(): Promise<void> }> {
  const child = spawn(process.execPath, [path.resolve('bin/cto.js'), 'db', 'serve', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  return {
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'close')
    },
  }
}

/** The most memory of the processes whose memory is promised, one run each. */
async function peaks({ cto, peakOf }: Ground, verbs: readonly Verb[]): Promise<Line[]> {
  const lines: Line[] = []
  for (const { name, args, env, memory } of verbs) {
    if (memory === undefined) continue
    const megabytes = await peakOf((more) => cto(args, { env: { ...env, ...more } }))
    lines.push(
      lineOf({ part, name: `memory: ${name}`, unit: 'MB', promise: { atMost: memory } }, [megabytes]),
    )
  }
  return lines
}
