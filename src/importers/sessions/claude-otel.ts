import { createHash } from 'node:crypto'
import { categoryOf, type ToolCategory } from '../../domain/session.js'
import { CtoError } from '../../errors.js'
import { jsonLines, type JsonLine } from './json-lines.js'
import { eventWith, Unreadable, type EventEntry, type Entry } from './entry.js'
import {
  costOf,
  epochOf,
  fieldsOf,
  itemsOf,
  numberOf,
  textOf,
  timeOf,
  wholeOf,
  type Fields,
} from './values.js'

/** Log records of Claude Code in OTLP, a JSON document a line, as the file exporter of a collector writes them. */
export async function* readOtlpLogs(chunks: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  for await (const lines of jsonLines(chunks)) for (const line of lines) yield* entriesIn(line)
}

function* entriesIn({ number, record }: JsonLine): Generator<Entry> {
  if (record instanceof Unreadable) {
    yield record.at(number)
    return
  }
  if (record['resourceMetrics'] !== undefined) throw otlpMetrics()
  const logs = logRecordsIn(record)
  if (logs.length === 0) yield { kind: 'skipped' }
  for (const log of logs) {
    const parsed = eventOf(log)
    if (parsed === null) yield { kind: 'skipped' }
    else yield parsed instanceof Unreadable ? parsed.at(number) : parsed
  }
}

/** The metrics of the same export would count each token a second time. */
export function otlpMetrics(): CtoError {
  return new CtoError('BAD_FILE', 'OTLP metrics contain no single call', {
    reason: 'they hold the tokens of the logs once more',
    hint: 'export the logs: OTEL_LOGS_EXPORTER=otlp',
  })
}

interface Log {
  attributes: Fields
  name: string | null
  at: Date | null
}

function logRecordsIn(record: Fields): Log[] {
  return itemsOf(record['resourceLogs']).flatMap((resource) => {
    const shared = attributesOf(fieldsOf(fieldsOf(resource)?.['resource']))
    return itemsOf(fieldsOf(resource)?.['scopeLogs']).flatMap((scope) =>
      itemsOf(fieldsOf(scope)?.['logRecords']).map((each): Log => {
        const log = fieldsOf(each) ?? {}
        const attributes = { ...shared, ...attributesOf(log) }
        const body = textOf(valueOf(log['body']))
        const nanoseconds = numberOf(log['timeUnixNano']) ?? numberOf(log['observedTimeUnixNano'])
        return {
          attributes,
          name: textOf(attributes['event.name']) ?? body,
          at:
            timeOf(attributes['event.timestamp']) ?? epochOf(nanoseconds === null ? null : nanoseconds / 1e6),
        }
      }),
    )
  })
}

/** OTLP writes `[{key, value: {stringValue}}]`. */
function attributesOf(holder: Fields | null): Fields {
  const entries = itemsOf(holder?.['attributes']).flatMap((each): [string, unknown][] => {
    const attribute = fieldsOf(each)
    return typeof attribute?.['key'] === 'string' ? [[attribute['key'], valueOf(attribute['value'])]] : []
  })
  return Object.fromEntries(entries)
}

function valueOf(value: unknown): unknown {
  const fields = fieldsOf(value)
  return fields?.['stringValue'] ?? fields?.['intValue'] ?? fields?.['doubleValue'] ?? fields?.['boolValue']
}

/** Null: a log record of something else, for instance a prompt. */
function eventOf({ attributes, name, at }: Log): EventEntry | Unreadable | null {
  const kind = name?.replace(/^claude_code\./, '')
  if (kind !== 'tool_result' && kind !== 'api_request' && kind !== 'api_error') return null
  const session = textOf(attributes['session.id'])
  if (session === null) return new Unreadable('session.id', 'missing')
  if (at === null) return new Unreadable('event.timestamp', 'no time between 2000 and 2100')
  const tool =
    kind === 'tool_result' ? textOf(attributes['tool_name'], 200) : textOf(attributes['model'], 200)
  if (tool === null) return new Unreadable(kind === 'tool_result' ? 'tool_name' : 'model', 'missing')
  const toolCategory: ToolCategory = kind === 'tool_result' ? categoryOf(tool) : 'model'
  const event = eventWith({
    key: keyOf(attributes, { session, kind, tool, at }),
    session,
    toolName: tool,
    toolCategory,
    at,
    isError: kind === 'api_error' || String(attributes['success']) === 'false',
    durationMs: wholeOf(attributes['duration_ms']),
    outputSizeBytes: wholeOf(attributes['tool_result_size_bytes']),
    inputTokens: wholeOf(attributes['input_tokens']),
    outputTokens: wholeOf(attributes['output_tokens']),
    cacheReadTokens: wholeOf(attributes['cache_read_tokens']),
    cacheWriteTokens: wholeOf(attributes['cache_creation_tokens']),
    costUsd: costOf(attributes['cost_usd']),
  })
  return {
    kind: 'event',
    event,
    session: { session, at, user: textOf(attributes['user.email']) ?? undefined },
  }
}

function keyOf(attributes: Fields, event: { session: string; kind: string; tool: string; at: Date }): string {
  const id = textOf(attributes['tool_use_id'])
  if (id !== null) return id
  const sequence = wholeOf(attributes['event.sequence'])
  if (sequence !== null) return `${event.session}/${sequence}`
  return createHash('sha256').update(JSON.stringify(event)).digest('hex')
}
