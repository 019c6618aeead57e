import { makeClone, type Commit } from '../../helpers/clone.js'
import type { Ground } from '../ground.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

const part = 'clones'

/** Files that are changed in turn. */
const fileCount = 2000

/** The commits of a clone, imported into an empty database, beside `git log` that prints the same commits and lines. */
export async function timeClones(ground: Ground, { commits }: { commits: string }): Promise<Line[]> {
  const { cto, folder, peakOf, rounds, say, scratch } = ground
  const url = await scratch('clones')
  say(`making a clone of ${commits} commits`)
  const clone = makeClone(
    folder,
    Array.from({ length: Number(commits) }, (_, n) => commitAt(n)),
    {
      remote: 'https://github.com/acme/web.git',
    },
  )
  const sql = `SET client_min_messages = 'warning'; BEGIN; SET LOCAL cto.audit_maintenance = 'on';
    TRUNCATE audit_log, repositories, import_logs CASCADE; COMMIT`
  const empty = () => runProgram({ file: 'psql', args: [url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', sql] })
  const load = (env: Record<string, string> = {}) =>
    cto(['import', 'git', clone, '--commits', '--quiet'], { env: { DATABASE_URL: url, ...env } })
  const log = [
    '-C',
    clone,
    'log',
    '-z',
    '--numstat',
    '--no-renames',
    '--format=%H%x00%an%x00%ae%x00%aI%x00%s',
  ]
  const contestants: Contestant[] = [
    { name: 'cto import git --commits', before: empty, run: () => load() },
    { name: 'git log --numstat', run: () => runProgram({ file: 'git', args: log }) },
  ]
  say(`importing ${commits} commits beside git log`)
  const [mine = [], theirs = []] = await inTurn(contestants, Math.min(rounds, 3))
  await empty()
  const memory = await peakOf(load)
  const [ours, other] = contestants
  const against = { name: other?.name ?? '', ratio: median(mine) / median(theirs) }
  return [
    lineOf({ part, name: ours?.name ?? '', unit: 's', against, promise: { atMost: 1.5 } }, mine),
    lineOf({ part, name: other?.name ?? '', unit: 's' }, theirs),
    lineOf({ part, name: `memory: ${ours?.name ?? ''}`, unit: 'MB', promise: { atMost: 200 } }, [memory]),
  ]
}

function commitAt(n: number): Commit {
  const file = `src/part-${n % 50}/file-${n % fileCount}.ts`
  const lines = Array.from({ length: 20 }, (_, line) => `${line} of ${n - (n % (line + 1))}\n`)
  const author = `Author ${n % 40} <author${n % 40}@example.com>`
  return { files: { [file]: lines.join('') }, author, authored: `${1_600_000_000 + n * 600} +0000` }
}
