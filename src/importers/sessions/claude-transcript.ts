import { minuteMs } from '../../domain/duration.js'
import { categoryOf } from '../../domain/session.js'
import type { SessionEntry } from '../../domain/session-columns.js'
import type { ToolEvent } from '../../domain/tool-event.js'
import { jsonLines } from './json-lines.js'
import { eventWith, Unreadable, type EventEntry, type Entry } from './entry.js'
import { costOf, fieldsOf, itemsOf, textOf, timeOf, wholeOf, type Fields } from './values.js'

/** Younger than this, a last message without a stop reason may not be complete. */
const settledMs = 10 * minuteMs

/** The most calls that wait for their results; a transcript has one per call that runs at the same time. */
const mostOpen = 10_000

/**
 * A transcript of Claude Code, one record a line: messages of models with their tokens, calls of tools, results of calls.
 * Names, numbers and times alone leave this function.
 */
export async function* readTranscript(
  chunks: AsyncIterable<Buffer>,
  { now }: { now: Date },
): AsyncGenerator<Entry> {
  const open = new Map<string, EventEntry>()
  /** The parts of the last message, while no record of it gives a reason to stop. */
  let unfinished: EventEntry[] = []
  for await (const lines of jsonLines(chunks))
    for (const { number, record } of lines) {
      if (record instanceof Unreadable) {
        yield record.at(number)
        continue
      }
      for (const result of resultsIn(record)) {
        const call = open.get(result.id)
        if (!call) continue
        open.delete(result.id)
        const { isError, durationMs } = result
        yield { ...call, event: { ...call.event, isError, durationMs } }
      }
      const parsed = eventsIn(record)
      if (parsed instanceof Unreadable) {
        yield parsed.at(number)
        continue
      }
      if (parsed.message === null && parsed.calls.length === 0) {
        yield { kind: 'skipped' }
        continue
      }
      for (const call of parsed.calls) {
        const before = open.get(call.event.key)
        if (before) yield before
        open.set(call.event.key, call)
      }
      while (open.size > mostOpen) {
        const [oldest] = open
        if (!oldest) break
        open.delete(oldest[0])
        yield oldest[1]
      }
      if (parsed.message === null) continue
      if (unfinished[0]?.event.key !== parsed.message.event.key) {
        yield* unfinished
        unfinished = []
      }
      unfinished.push(parsed.message)
      if (!parsed.isFinished) continue
      yield* unfinished
      unfinished = []
    }
  for (const part of unfinished) {
    const isSettled = now.getTime() - part.event.at.getTime() >= settledMs
    yield isSettled ? part : { kind: 'skipped', isWaiting: true }
  }
  yield* open.values()
}

interface Result {
  id: string
  isError: boolean
  durationMs: number | null
}

/** The results of calls in a record. The time that they took is known of one, not of several. */
function resultsIn(record: Fields): Result[] {
  const results = itemsOf(fieldsOf(record['message'])?.['content'])
    .map(fieldsOf)
    .filter((block) => block?.['type'] === 'tool_result')
  const durationMs = results.length === 1 ? wholeOf(fieldsOf(record['toolUseResult'])?.['durationMs']) : null
  return results.flatMap((block) => {
    const id = textOf(block?.['tool_use_id'])
    return id === null ? [] : [{ id, isError: block?.['is_error'] === true, durationMs }]
  })
}

interface Parsed {
  message: EventEntry | null
  calls: EventEntry[]
  isFinished: boolean
}

const none: Parsed = { message: null, calls: [], isFinished: true }

/** The message and the calls of a record, or why it is rejected. */
function eventsIn(record: Fields): Parsed | Unreadable {
  const message = fieldsOf(record['message'])
  const usage = fieldsOf(message?.['usage'])
  const calls = itemsOf(message?.['content'])
    .map(fieldsOf)
    .filter((block) => block?.['type'] === 'tool_use')
  if (message === null || (usage === null && calls.length === 0)) return none
  const at = timeOf(record['timestamp'])
  if (at === null) return new Unreadable('timestamp', 'no time between 2000 and 2100')
  const session = textOf(record['sessionId'])
  if (session === null) return new Unreadable('sessionId', 'missing')
  const entry = sessionOf(record, { session, at })
  const model = textOf(message['model'], 200)
  const id = textOf(message['id']) ?? textOf(record['uuid'])
  const isModel = usage !== null && model !== null && id !== null && model !== '<synthetic>'
  return {
    message: isModel
      ? { kind: 'event', event: messageOf(record, { usage, model, id, session, at }), session: entry }
      : null,
    calls: calls.flatMap((block) => {
      const toolName = textOf(block?.['name'], 200)
      const key = textOf(block?.['id'])
      if (toolName === null || key === null) return []
      const event = eventWith({ key, session, toolName, toolCategory: categoryOf(toolName), at })
      return [{ kind: 'event', event, session: entry }]
    }),
    isFinished: message['stop_reason'] !== null && message['stop_reason'] !== undefined,
  }
}

interface Message {
  usage: Fields
  model: string
  id: string
  session: string
  at: Date
}

function messageOf(record: Fields, { usage, model, id, session, at }: Message): ToolEvent {
  return eventWith({
    key: id,
    session,
    toolName: model,
    toolCategory: 'model',
    at,
    isError: record['isApiErrorMessage'] === true,
    inputTokens: wholeOf(usage['input_tokens']),
    outputTokens: wholeOf(usage['output_tokens']),
    cacheReadTokens: wholeOf(usage['cache_read_input_tokens']),
    cacheWriteTokens: wholeOf(usage['cache_creation_input_tokens']),
    costUsd: costOf(record['costUSD']),
  })
}

/** The project is the last folder of the path: what is above it stays in the file. */
function sessionOf(record: Fields, { session, at }: { session: string; at: Date }): SessionEntry {
  const folder = textOf(record['cwd'], 4096)?.split(/[/\\]/).filter(Boolean).at(-1)
  return { session, at, ...(folder !== undefined && { project: folder }) }
}
