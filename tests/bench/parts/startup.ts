import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { installNode } from '../../helpers/node-version.js'
import type { Ground } from '../ground.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant, type Times } from '../turns.js'

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

interface Runtime {
  node: string
  /** Of the names of its lines. */
  suffix: string
}

const part = 'startup'

/** Node 20 reads these certificates whenever it starts, which takes as long as the rest of `node -e 0`. */
const noCertificates = { NODE_EXTRA_CA_CERTS: '' }

/** Whole processes, as a person or a script starts them, as ratios to an empty Node of the same version. */
export async function timeStartup(ground: Ground): Promise<Line[]> {
  const { cto, folder, rounds, say } = ground
  const embedded = { CTO_HOME: path.join(folder, 'embedded') }
  const served = { CTO_HOME: path.join(folder, 'served') }
  for (const env of [embedded, served]) await cto(['db', 'seed', '--quiet'], { env })
  const registry = { DATABASE_URL: await ground.scratch('registry') }
  await cto(['workspaces', 'init', '--quiet'], { env: registry })
  const list = ['bugs', 'list']
  const locked: Verb = { name: 'cto bugs list, embedded, by lock', args: list, env: embedded }
  const verbs: Verb[] = [
    { name: 'cto --version', args: ['--version'], atMost: 1.25 },
    { name: 'cto --help', args: ['--help'], atMost: 1.25 },
    { name: 'cto completion zsh', args: ['completion', 'zsh'], atMost: 1.25 },
    { name: 'cto bugs --bogus (a usage error)', args: ['bugs', '--bogus'], fails: true },
    ...onServer(ground.url),
    { name: 'cto workspaces list', args: ['workspaces', 'list'], env: registry, atMost: 3 },
    locked,
    { name: 'cto bugs list, embedded, by cto db serve', args: list, env: served, atMost: 3 },
  ]
  const run = ({ node }: Runtime, { args, env, fails }: Verb) => {
    const ended = cto(args, { env: { ...noCertificates, ...env }, node })
    return fails ? ended.catch(() => undefined) : ended
  }
  const script = await openingOfPglite(ground, path.join(embedded.CTO_HOME, 'db'))
  const alone = ({ node }: Runtime, args: readonly string[]) =>
    runProgram({ file: node, args, env: noCertificates })
  const runtimes = await chosenRuntimes(say)
  const server = await serve(served)
  try {
    say(`start-up: ${runtimes.length * (verbs.length + 2)} commands in turn, ${rounds} rounds`)
    const contestants = runtimes.flatMap((runtime): Contestant[] => [
      { name: bare, run: () => alone(runtime, ['-e', '0']) },
      { name: opens, run: () => alone(runtime, [script]) },
      ...verbs.map((verb) => ({ name: verb.name, run: () => run(runtime, verb) })),
    ])
    // The second run of a verb stores what V8 compiled of it.
    const times = await inTurn(contestants, rounds, 2)
    const each = verbs.length + 2
    return [
      ...runtimes.flatMap(({ suffix }, i) =>
        linesOf(times.slice(i * each, (i + 1) * each), { verbs, locked, suffix }),
      ),
      ...(await peaks(ground, verbs)),
    ]
  } finally {
    await server.stop()
  }
}

const bare = 'node -e 0'
const opens = 'PGlite alone opens the same folder'

/** The Node of this process, and 24, which most users run. */
async function chosenRuntimes(say: Ground['say']): Promise<Runtime[]> {
  const own = { node: process.execPath, suffix: '' }
  try {
    return [own, { node: await installNode('24'), suffix: ', Node 24' }]
  } catch (error) {
    say(`Node 24 is left out: ${String(error)}`)
    return [own]
  }
}

interface Verbs {
  verbs: readonly Verb[]
  locked: Verb
  suffix: string
}

/** @param times of an empty Node, of PGlite alone, and of each verb, on one version of Node */
function linesOf([empty = [], opening = [], ...times]: Times, { verbs, locked, suffix }: Verbs): Line[] {
  const ratio = (sorted: readonly number[]) => ({
    against: { name: `${bare}${suffix}`, ratio: median(sorted) / median(empty) },
  })
  // The opening of PGlite itself cannot be shortened by cto.
  const lockedAtMost = Number((ratio(opening).against.ratio * 1.2 + 1).toFixed(2))
  return [
    lineOf({ part, name: `${bare}${suffix}`, unit: 's' }, empty),
    lineOf({ part, name: `${opens}${suffix}`, unit: 's', ...ratio(opening) }, opening),
    ...verbs.map((verb, index) => {
      const sorted = times[index] ?? []
      const atMost = verb === locked ? lockedAtMost : verb.atMost
      const promise = atMost !== undefined && { promise: { atMost } }
      return lineOf({ part, name: `${verb.name}${suffix}`, unit: 's', ...ratio(sorted), ...promise }, sorted)
    }),
  ]
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
    { name: 'cto metrics delivery', args: ['metrics', 'delivery'], env, atMost: 3 },
  ]
}

/** Writes a script that opens a data folder with PGlite, asks one question and closes it. */
async function openingOfPglite({ folder }: Ground, dataFolder: string): Promise<string> {
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
  return script
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
