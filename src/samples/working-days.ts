import { dayMs, minuteMs } from '../domain/duration.js'
import type { ToolCategory } from '../domain/session.js'
import { sampleId } from './ids.js'
import type { Random } from './random.js'

/* A month of working sessions, and what tools did in them. */

const days = 30

/** The format whose files bring sessions like these. */
const source = 'cto'

type Tools = readonly [SampleTool, ...SampleTool[]]

interface SampleTool {
  name: string
  category: ToolCategory
  /** Of a typical call, in ms. */
  medianMs: number
  /** Of how many calls, in 100, fail. */
  failing: number
}

const tools: Tools = [
  { name: 'Read', category: 'file', medianMs: 40, failing: 1 },
  { name: 'Edit', category: 'file', medianMs: 90, failing: 4 },
  { name: 'Grep', category: 'search', medianMs: 120, failing: 1 },
  { name: 'Bash', category: 'shell', medianMs: 2_500, failing: 9 },
  { name: 'WebFetch', category: 'web', medianMs: 1_800, failing: 6 },
  { name: 'Agent', category: 'agent', medianMs: 45_000, failing: 3 },
  { name: 'editor', category: 'editor', medianMs: 60_000, failing: 0 },
  { name: 'example-model', category: 'model', medianMs: 6_000, failing: 2 },
]

const types = ['development', 'debugging', 'review', 'testing', 'documentation'] as const

interface InventMonth {
  people: readonly string[]
  /** Midnight (UTC) of the day after the last one. */
  end: Date
  now: Date
  random: Random
}

/**
 * Each person works on 24 of 30 days, in one session with three to eight tools. Times of sessions and the sums of tools follow
 * from the events (`sumSessions`).
 */
export function inventMonth({ people, end, now, random }: InventMonth) {
  const sessions = people.flatMap((userId, person) =>
    Array.from({ length: days }, (_, day) => day)
      .filter((day) => (day + person) % 5 !== 0)
      .map((day) => {
        const n = person * days + day + 1
        const midnight = end.getTime() - (days - day) * dayMs
        return {
          id: sampleId('workspaces', 'session', n),
          userId,
          sessionStart: new Date(midnight + 8 * 60 * minuteMs + random.below(150) * minuteMs),
          sessionType: random.pick(types, 2),
          metadata: { given: {}, declared: {} },
          externalSource: source,
          externalId: `sample-${n}`,
          createdAt: now,
          updatedAt: now,
        }
      }),
  )
  let n = 0
  const events = sessions.flatMap((session) =>
    inventCalls(session.sessionStart, random).map((call) => {
      n += 1
      const id = sampleId('workspaces', 'toolEvent', n)
      return { ...call, id, source, key: id, sessionId: session.id, createdAt: now, updatedAt: now }
    }),
  )
  return { sessions, events }
}

/** The calls of a session of two to six hours; some breaks are long enough to interrupt it. */
function inventCalls(start: Date, random: Random) {
  const used = someTools(3 + random.below(6), random)
  const calls = 20 + random.below(40)
  let at = start.getTime()
  return Array.from({ length: calls }, (_, i) => {
    // Every tool is called at least once.
    const tool = used[i] ?? random.pick(used)
    at += Math.ceil(Math.min(random.longTail(1.5, 1.3), 90) * minuteMs)
    const isModel = tool.category === 'model'
    const [inputTokens, outputTokens] = [200 + random.below(4_000), 50 + random.below(1_500)]
    return {
      toolName: tool.name,
      toolCategory: tool.category,
      at: new Date(at),
      durationMs: Math.ceil(random.longTail(tool.medianMs, 0.8)),
      isError: random.chance(tool.failing / 100),
      inputTokens: isModel ? inputTokens : null,
      outputTokens: isModel ? outputTokens : null,
      costUsd: isModel ? ((3 * inputTokens + 15 * outputTokens) / 1_000_000).toFixed(6) : null,
    }
  })
}

function someTools(count: number, random: Random): Tools {
  const [first, ...others] = tools
    .map((tool) => ({ tool, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ tool }) => tool)
  return first === undefined ? tools : [first, ...others.slice(0, count - 1)]
}
