import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import path from 'node:path'
import type { Ground } from '../ground.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'
import { missingProgram } from '../installed.js'

const part = 'archive'

/** A backup and its restore, beside `pg_dump -Fc` and `pg_restore -1`. */
export async function timeArchive(ground: Ground): Promise<Line[]> {
  const { cto, folder, rounds, url, scratch, say } = ground
  const missing = missingProgram('pg_dump', 'pg_restore') ?? tooOld(url)
  if (missing !== undefined) {
    say(`archive: not measured: ${missing}`)
    return []
  }
  const few = Math.min(rounds, 3)
  const archive = path.join(folder, 'bench.cto.tar')
  const dump = path.join(folder, 'bench.dump')
  const target = await scratch('restored')
  const empty = () =>
    runProgram({ file: 'psql', args: [target, '-qc', 'DROP SCHEMA public CASCADE; CREATE SCHEMA public'] })
  const pairs: { ours: Contestant; theirs: Contestant; atMost: number }[] = [
    {
      ours: {
        name: 'cto db backup',
        run: () => cto(['db', 'backup', archive, '--quiet'], { env: { DATABASE_URL: url } }),
      },
      theirs: {
        name: 'pg_dump -Fc',
        run: () => runProgram({ file: 'pg_dump', args: ['-Fc', '-f', dump, url] }),
      },
      atMost: 1.2,
    },
    {
      ours: {
        name: 'cto db restore',
        before: empty,
        run: () => cto(['db', 'restore', archive, '--yes', '--quiet'], { env: { DATABASE_URL: target } }),
      },
      theirs: {
        name: 'pg_restore -1',
        before: empty,
        run: () => runProgram({ file: 'pg_restore', args: ['-1', '--no-owner', '-d', target, dump] }),
      },
      atMost: 1.75,
    },
  ]
  const lines: Line[] = []
  for (const { ours, theirs, atMost } of pairs) {
    say(ours.name)
    const [mine = [], others = []] = await inTurn([ours, theirs], few)
    const against = { name: theirs.name, ratio: median(mine) / median(others) }
    lines.push(
      lineOf({ part, name: ours.name, unit: 's', against, promise: { atMost } }, mine),
      lineOf({ part, name: theirs.name, unit: 's' }, others),
    )
  }
  const [size, dumped] = [statSync(archive).size / 1e6, statSync(dump).size / 1e6]
  const against = { name: 'pg_dump -Fc', ratio: size / dumped }
  return [
    ...lines,
    lineOf({ part, name: 'size of the archive', unit: 'MB', against, promise: { atMost: 1.15 } }, [size]),
    lineOf({ part, name: 'size of the dump', unit: 'MB' }, [dumped]),
  ]
}

/** pg_dump refuses a server that is newer than itself. */
function tooOld(url: string): string | undefined {
  const major = (text: string) => Number(/\d+/.exec(text)?.[0])
  const server = execFileSync('psql', [url, '-qAtXc', 'SHOW server_version'], { encoding: 'utf8' })
  const program = execFileSync('pg_dump', ['--version'], { encoding: 'utf8' })
  return major(program) < major(server)
    ? `pg_dump ${major(program)} cannot read a server ${major(server)}; use --programs`
    : undefined
}
