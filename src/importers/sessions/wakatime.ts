import { createHash } from 'node:crypto'
import type { SessionType } from '../../domain/session.js'
import { CtoError } from '../../errors.js'
import { jsonItems, type JsonPath } from './json-items.js'
import { eventWith, Unreadable, type EventEntry, type Entry } from './entry.js'
import { epochOf, fieldsOf, numberOf, textOf, type Fields } from './values.js'

/**
 * Heartbeats of WakaTime, as its API (`{"data": […]}`) or a data dump (`{"days": [{"heartbeats": […]}]}`) gives them. The
 * names of files stay in the file.
 *
 * @throws CtoError BAD_FILE for daily totals, which hold no heartbeat
 */
export async function* readWakatime(chunks: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  let user: string | null = null
  let number = 0
  for await (const { path, value } of jsonItems(chunks, (each) => isHeartbeat(each) || isUser(each))) {
    if (isUser(path)) {
      user = textOf(value)
      continue
    }
    number += 1
    const parsed = heartbeatOf(fieldsOf(value) ?? {}, user)
    if (parsed instanceof Unreadable) yield parsed.at(number)
    else yield parsed
  }
  if (number === 0) throw wakatimeTotals()
}

export function wakatimeTotals(): CtoError {
  return new CtoError('BAD_FILE', 'the file holds no heartbeats of WakaTime', {
    reason: 'daily totals do not contain the times of work',
    hint: 'export heartbeats: Settings, Account, Export my heartbeats',
  })
}

const isUser = (path: JsonPath) => path.join('.') === 'user.email'

const isHeartbeat = ([first, second, third, fourth, ...rest]: JsonPath) =>
  rest.length === 0 &&
  ((first === 'days' && third === 'heartbeats' && fourth !== undefined) ||
    ((first === 'data' || first === 'heartbeats') && second !== undefined && third === undefined))

const types: Readonly<Record<string, SessionType>> = {
  debugging: 'debugging',
  'code reviewing': 'review',
  'writing tests': 'testing',
  'running tests': 'testing',
  'manual testing': 'testing',
  'writing docs': 'documentation',
  browsing: 'research',
  learning: 'research',
  researching: 'research',
  meeting: 'meeting',
  building: 'operations',
  indexing: 'operations',
}

function heartbeatOf(record: Fields, email: string | null): EventEntry | Unreadable {
  const seconds = numberOf(record['time'])
  const at = epochOf(seconds === null ? null : seconds * 1000)
  if (at === null) return new Unreadable('time', 'missing, or not between 2000 and 2100')
  const user = textOf(record['user_id'], 100) ?? email ?? ''
  const project = textOf(record['project'], 150)
  const language = textOf(record['language'], 200) ?? 'unknown'
  const session = [user, at.toISOString().slice(0, 10), project ?? ''].join('/')
  const event = eventWith({
    key: textOf(record['id']) ?? hashOf(record, user),
    session,
    toolName: language,
    toolCategory: 'editor',
    at,
  })
  const category = textOf(record['category'])?.toLowerCase()
  const sessionType = category === undefined ? undefined : (types[category] ?? 'development')
  return {
    kind: 'event',
    event,
    session: {
      session,
      at,
      user: email ?? (user === '' ? undefined : user),
      project: project ?? undefined,
      sessionType,
    },
  }
}

function hashOf(record: Fields, user: string): string {
  const parsed = ['time', 'entity', 'type', 'project', 'language', 'category'].map(
    (field) => record[field] ?? null,
  )
  return createHash('sha256')
    .update(JSON.stringify([user, ...parsed]))
    .digest('hex')
}
