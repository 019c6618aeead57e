import type { Hash } from 'node:crypto'
import { CtoError } from '../../errors.js'
import type { Source } from '../csv/source.js'
import { readActivityWatch } from './activitywatch.js'
import { otlpMetrics, readOtlpLogs } from './claude-otel.js'
import { readTranscript } from './claude-transcript.js'
import { readCopilotReport, withoutUsers } from './copilot.js'
import { readCtoLines } from './cto-ndjson.js'
import type { Entry } from './entry.js'
import { fieldsOf, type Fields } from './values.js'
import { readWakatime, wakatimeTotals } from './wakatime.js'

/** What sessions can be ingested from; the name is the source under which they are stored. */
export const sessionFormats = [
  'claude-transcript',
  'claude-otel',
  'activitywatch',
  'wakatime',
  'copilot',
  'cto',
] as const

export type SessionFormat = (typeof sessionFormats)[number]

interface Reading {
  now: Date
  /** Receives the bytes of the file. */
  hash: Hash
}

/** All entries of a file, in its order. @throws CtoError BAD_FILE for figures without sessions */
export function readFormat(
  format: SessionFormat,
  file: Source,
  { now, hash }: Reading,
): AsyncIterable<Entry> {
  switch (format) {
    case 'claude-transcript':
      return readTranscript(file.read({ hash }), { now })
    case 'claude-otel':
      return readOtlpLogs(file.read({ hash }))
    case 'activitywatch': {
      // Read twice, hashed once.
      let isFirst = true
      return readActivityWatch(() => {
        const options = isFirst ? { hash } : {}
        isFirst = false
        return file.read(options)
      })
    }
    case 'wakatime':
      return readWakatime(file.read({ hash }))
    case 'copilot':
      return readCopilotReport(file.read({ hash }))
    case 'cto':
      return readCtoLines(file.read({ hash }))
  }
}

/** As much of a file as shows its format. */
const headBytes = 64 * 1024

/** The format of a file by its beginning. @throws CtoError BAD_FILE, also for figures without sessions */
export async function detectFormat(file: Source): Promise<SessionFormat> {
  const head = await headOf(file)
  for (const record of recordsIn(head)) {
    if (record['resourceLogs'] !== undefined) return 'claude-otel'
    if (record['resourceMetrics'] !== undefined) throw otlpMetrics()
    if (isTranscript(record)) return 'claude-transcript'
    if (typeof record['session'] === 'string') return 'cto'
  }
  const has = (key: string) => new RegExp(`"${key}"\\s*:`).test(head)
  if (has('buckets')) return 'activitywatch'
  if (has('user_login')) return 'copilot'
  if (has('heartbeats') || (has('entity') && has('time'))) return 'wakatime'
  if (has('grand_total')) throw wakatimeTotals()
  if (/"copilot_(?:ide|dotcom)/.test(head) || has('total_active_users') || has('day_totals'))
    throw withoutUsers()
  throw new CtoError('BAD_FILE', `"${file.name}" is in no known format of sessions`, {
    hint: `name its format: --from ${sessionFormats.join('|')}`,
  })
}

function isTranscript(record: Fields): boolean {
  const isMessage = fieldsOf(record['message']) !== null || typeof record['type'] === 'string'
  return isMessage && typeof record['sessionId'] === 'string'
}

async function headOf(file: Source): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of file.read()) {
    parts.push(chunk)
    length += chunk.length
    if (length >= headBytes) break
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The lines that are a record of their own. */
function recordsIn(head: string): Fields[] {
  return head.split('\n').flatMap((line): Fields[] => {
    try {
      const record = fieldsOf(JSON.parse(line))
      return record === null ? [] : [record]
    } catch {
      return []
    }
  })
}
