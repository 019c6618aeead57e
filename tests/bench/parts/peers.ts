import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Ground } from '../ground.js'
import { missingProgram } from '../installed.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

const part = 'peers'

/** As many as a person's list has at most. */
const most = 10_000

const page = `SELECT b.bug_number, b.severity, b.status, b.priority_score, b.title, u.email, p.name
  FROM bugs b LEFT JOIN users u ON u.id = b.assigned_to_id LEFT JOIN projects p ON p.id = b.project_id
  WHERE b.status IN ('pending', 'in_progress', 'verified') ORDER BY b.priority_score DESC, b.id LIMIT 50`

/** A list of 50 from 10,000 by whole processes: `cto` on a server and embedded, psql, and trackers of the command line. */
export async function timePeers(ground: Ground): Promise<Line[]> {
  const { bugs, cto, folder, rounds, say, scratch } = ground
  const size = Math.min(most, bugs)
  const server = { DATABASE_URL: await scratch('peers') }
  const embedded = { CTO_HOME: path.join(folder, 'peers') }
  say(`seeding ${size} bugs on the server and embedded`)
  for (const env of [server, embedded])
    await cto(['db', 'seed', '--size', 'large', '--bugs', String(size), '--quiet'], { env })
  const list = (env: Record<string, string>) => () => cto(['bugs', 'list', '--limit', '50'], { env })
  const ours: Contestant[] = [
    { name: 'cto bugs list, on a server', run: list(server) },
    { name: 'cto bugs list, embedded, by lock', run: list(embedded) },
  ]
  const others: Contestant[] = [
    {
      name: 'psql, the same page',
      run: () => runProgram({ file: 'psql', args: [server.DATABASE_URL, '-qXc', page] }),
    },
    ...(await taskwarrior(ground, size)),
  ]
  say('not compared: git-bug, which neither Debian nor npm has')
  const times = await inTurn([...ours, ...others], rounds)
  const [first = []] = times
  return [...ours, ...others].map(({ name }, index) => {
    const sorted = times[index] ?? []
    const against = { name: 'cto on a server', ratio: median(sorted) / median(first) }
    return lineOf({ part, name, unit: 's', ...(index > 0 && { against }) }, sorted)
  })
}

/** Empty where it is not installed. */
async function taskwarrior({ folder, say }: Ground, size: number): Promise<Contestant[]> {
  const missing = missingProgram('task')
  if (missing !== undefined) {
    say(`not compared: ${missing} (Debian: taskwarrior)`)
    return []
  }
  const data = path.join(folder, 'tasks')
  await mkdir(data)
  const env = { TASKDATA: data, TASKRC: path.join(data, 'taskrc') }
  await writeFile(env.TASKRC, 'confirmation=off\nverbose=nothing\n')
  const file = path.join(data, 'tasks.json')
  const tasks = Array.from({ length: size }, (_, n) => ({
    description: `Checkout times out ${n}`,
    entry: '20260101T000000Z',
    status: 'pending',
    project: `project${n % 20}`,
    priority: ['H', 'M', 'L'][n % 3],
  }))
  await writeFile(file, JSON.stringify(tasks))
  await runProgram({ file: 'task', args: ['import', file], env })
  return [{ name: 'task list', run: () => runProgram({ file: 'task', args: ['list', 'limit:50'], env }) }]
}
