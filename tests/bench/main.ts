import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { prepareGround, type Ground } from './ground.js'
import { timeArchive } from './parts/archive.js'
import { timeClones } from './parts/clones.js'
import { timeDatabase } from './parts/database.js'
import { timeDelivery } from './parts/delivery.js'
import { timeGrowth } from './parts/growth.js'
import { timeHour } from './parts/hour.js'
import { timeImport } from './parts/import.js'
import { timeLayers } from './parts/layers.js'
import { timeOperations } from './parts/operations.js'
import { timeOutput } from './parts/output.js'
import { timePeers } from './parts/peers.js'
import { timeSessions } from './parts/sessions.js'
import { timeStartup } from './parts/startup.js'
import { timeWorkspaces } from './parts/workspaces.js'
import { isKept, tableOf, type Line } from './result.js'

interface Choice {
  only: string
  workspaces: string
  sizes: string
  events: string
  commits: string
  deliveries: string
  write: boolean
}

const parts: Record<string, (ground: Ground, choice: Choice) => Promise<Line[]>> = {
  startup: timeStartup,
  operations: timeOperations,
  layers: timeLayers,
  output: timeOutput,
  import: timeImport,
  database: timeDatabase,
  archive: timeArchive,
  delivery: timeDelivery,
  workspaces: timeWorkspaces,
  sessions: timeSessions,
  clones: timeClones,
  hour: timeHour,
  growth: timeGrowth,
  peers: timePeers,
}

/** What a run writes as JSON. */
interface Results {
  startedAt: string
  node: string
  processor: string
  cores: number
  bugs: number
  lines: (Line & { kept: boolean | null })[]
}

/**
 * Measures the chosen parts, prints a table for each and writes the JSON.
 *
 * @throws Error for an unknown part or option, or where PostgreSQL does not start
 */
export async function main(argv: string[], print: (line: string) => void): Promise<void> {
  const { positionals, values } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      bugs: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '20' },
      workspaces: { type: 'string', default: '1000' },
      events: { type: 'string', default: '100000' },
      commits: { type: 'string', default: '100000' },
      deliveries: { type: 'string', default: '1000000' },
      sizes: { type: 'string', default: '10000,100000' },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
      json: { type: 'string' },
      programs: { type: 'string' },
    },
  })
  const chosen = positionals.length === 0 ? Object.keys(parts) : positionals
  const unknown = chosen.find((name) => !Object.hasOwn(parts, name))
  if (unknown !== undefined)
    throw new Error(`there is no part '${unknown}'; parts: ${Object.keys(parts).join(', ')}`)
  const startedAt = new Date().toISOString()
  const { ground, end } = await prepareGround({
    bugs: Number(values.bugs),
    rounds: Number(values.rounds),
    programs: values.programs,
    say: (text) => {
      print(`# ${text}`)
    },
  })
  const lines: Line[] = []
  try {
    for (const name of chosen) {
      const measured = (await parts[name]?.(ground, values)) ?? []
      lines.push(...measured)
      print(`\n${name}`)
      tableOf(measured).forEach(print)
    }
  } finally {
    await end()
  }
  const results: Results = {
    startedAt,
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    bugs: ground.bugs,
    lines: lines.map((line) => ({ ...line, kept: isKept(line) })),
  }
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)
}
