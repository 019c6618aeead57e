import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startPostgresql } from '../helpers/postgresql-server.js'
import { runProgram } from './turns.js'

/** What every part measures on. */
export interface Ground {
  /** The seeded database; parts that write use `scratch`. */
  url: string
  bugs: number
  rounds: number
  /** How long `cto db seed` took. */
  seedSeconds: number
  /** For files. Removed at the end. */
  folder: string
  /** A new, migrated, empty database. */
  scratch(name: string): Promise<string>
  /** Runs `cto` from dist/ with a home of its own, on the Node of this process unless another is given. */
  cto(
    args: readonly string[],
    options?: { env?: Record<string, string>; output?: string; node?: string },
  ): Promise<void>
  /** The most memory, in MB, of the one process of `cto` that `run` starts with these variables. */
  peakOf(run: (env: Record<string, string>) => Promise<void>): Promise<number>
  /** Says what is being done, or why something is not measured. */
  say(text: string): void
}

export interface GroundOptions extends Pick<Ground, 'bugs' | 'rounds' | 'say'> {
  /** The folder of an installed PostgreSQL's programs; absent: those of the npm package. */
  programs?: string | undefined
}

const bin = path.resolve('bin/cto.js')

/**
 * Starts a PostgreSQL for the measurements and fills a database with `cto db seed --size large`. No page is flushed to the disk: everything that
 * is compared runs on this same server.
 */
export async function prepareGround(
  options: GroundOptions,
): Promise<{ ground: Ground; end(): Promise<void> }> {
  const { bugs, rounds, programs, say } = options
  const folder = await mkdtemp(path.join(tmpdir(), 'cto-bench-'))
  const server = await startPostgresql(
    ['shared_buffers=512MB', 'autovacuum=on', 'max_wal_size=4GB', 'max_connections=200'],
    programs === undefined ? {} : { installed: programs },
  )
  const end = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const cto: Ground['cto'] = (args, { env = {}, output, node = process.execPath } = {}) =>
    runProgram({
      file: node,
      args: [bin, ...args],
      env: { CTO_HOME: path.join(folder, 'home'), HOME: folder, ...env },
      ...(output !== undefined && { output }),
    })
  const peakOf: Ground['peakOf'] = async (run) => {
    const file = path.join(folder, 'peak')
    await rm(file, { force: true })
    await run({ CTO_BENCH_PEAK: file, NODE_OPTIONS: `--import ${path.resolve('tests/bench/peak.js')}` })
    return Number((await readFile(file, 'utf8')).split('\n')[0]) / 1000
  }
  const scratch = async (name: string) => {
    const url = `${server.url}/${name}?sslmode=disable`
    await runProgram({ file: 'psql', args: [`${server.url}/postgres`, '-qc', `CREATE DATABASE ${name}`] })
    await cto(['db', 'init', '--quiet'], { env: { DATABASE_URL: url } })
    return url
  }
  try {
    const url = await scratch('bench')
    say(`seeding ${bugs} bugs`)
    const from = performance.now()
    await cto(['db', 'seed', '--size', 'large', '--bugs', String(bugs), '--quiet'], {
      env: { DATABASE_URL: url },
    })
    const seedSeconds = (performance.now() - from) / 1000
    await runProgram({ file: 'psql', args: [url, '-qc', 'VACUUM ANALYZE'] })
    return { ground: { url, bugs, rounds, seedSeconds, folder, scratch, cto, peakOf, say }, end }
  } catch (error) {
    await end()
    throw error
  }
}
