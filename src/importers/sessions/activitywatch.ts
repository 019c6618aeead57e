import { jsonItems, type JsonPath } from './json-items.js'
import { eventWith, Unreadable, type Entry } from './entry.js'
import { fieldsOf, numberOf, textOf, timeOf, type Fields } from './values.js'

/** Milliseconds of the epoch, half-open. */
type Span = readonly [from: number, to: number]

interface Bucket {
  type?: string
  hostname?: string
}

/**
 * An export of ActivityWatch, `{"buckets": …}`: which application had the window, while the user was at the computer. It is
 * read twice, as the presence may stand behind the windows. Titles and addresses stay in the file.
 */
export async function* readActivityWatch(read: () => AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  const { buckets, presence } = await surveyOf(read())
  let number = 0
  for await (const { path, value } of jsonItems(read(), isEvent)) {
    number += 1
    const name = String(path[1])
    const bucket = buckets.get(name)
    const host = hostOf(name, bucket)
    if (bucket?.type !== 'currentwindow') {
      yield { kind: 'skipped' }
      continue
    }
    const parsed = windowOf(fieldsOf(value) ?? {})
    if (parsed instanceof Unreadable) yield parsed.at(number)
    else yield* entriesOf({ ...parsed, bucket: name, host, present: presence.get(host) ?? null })
  }
}

const isEvent = (path: JsonPath) => path.length === 4 && path[0] === 'buckets' && path[2] === 'events'
const isTrait = (path: JsonPath) =>
  path.length === 3 && path[0] === 'buckets' && (path[2] === 'type' || path[2] === 'hostname')

/** The types of the buckets, and by computer, the times when the user was there. */
async function surveyOf(chunks: AsyncIterable<Buffer>) {
  const buckets = new Map<string, Bucket>()
  const spans = new Map<string, Span[]>()
  for await (const { path, value } of jsonItems(chunks, (each) => isEvent(each) || isTrait(each))) {
    const name = String(path[1])
    if (isTrait(path)) {
      const text = textOf(value)
      if (text !== null) buckets.set(name, { ...buckets.get(name), [String(path[2])]: text })
      continue
    }
    const event = fieldsOf(value) ?? {}
    if (fieldsOf(event['data'])?.['status'] !== 'not-afk') continue
    const span = spanOf(event)
    if (span) listOf(spans, name).push(span)
  }
  const presence = new Map<string, Span[]>()
  for (const [name, bucket] of buckets) {
    if (bucket.type !== 'afkstatus') continue
    const host = hostOf(name, bucket)
    presence.set(host, union([...(presence.get(host) ?? []), ...(spans.get(name) ?? [])]))
  }
  return { buckets, presence }
}

/** Without a name of its own the computer stands at the end of the bucket's: `aw-watcher-window_desk`. */
function hostOf(name: string, bucket: Bucket | undefined): string {
  const host = bucket?.hostname
  return host === undefined || host === 'unknown' ? (name.split('_').at(-1) ?? name) : host
}

function spanOf(event: Fields): Span | null {
  const from = timeOf(event['timestamp'])?.getTime()
  const seconds = numberOf(event['duration'])
  return from === undefined || seconds === null ? null : [from, from + Math.round(seconds * 1000)]
}

function windowOf(event: Fields): { app: string; timestamp: string; span: Span } | Unreadable {
  const app = textOf(fieldsOf(event['data'])?.['app'], 200)
  if (app === null) return new Unreadable('data.app', 'missing')
  const span = spanOf(event)
  if (span === null) return new Unreadable('timestamp', 'no time between 2000 and 2100, or no duration')
  return { app, timestamp: new Date(span[0]).toISOString(), span }
}

interface Window {
  app: string
  timestamp: string
  span: Span
  bucket: string
  host: string
  /** Null where the export does not say. */
  present: readonly Span[] | null
}

/** A window that outlasts an absence is split into parts, of which the first counts. */
function* entriesOf({ app, timestamp, span, bucket, host, present }: Window): Generator<Entry> {
  const parts = present === null ? [span] : overlaps(span, present)
  if (parts.length === 0) yield { kind: 'skipped' }
  for (const [index, [from, to]] of parts.entries()) {
    const at = new Date(from)
    const session = `${host}/${at.toISOString().slice(0, 10)}`
    const event = eventWith({
      key: `${bucket}/${timestamp}/${app}${index === 0 ? '' : `/${new Date(from).toISOString()}`}`.slice(
        0,
        300,
      ),
      session,
      toolName: app,
      toolCategory: 'app',
      at,
      durationMs: to - from,
      executionCount: index === 0 ? 1 : 0,
    })
    yield { kind: 'event', event, session: { session, at } }
  }
}

/** In order, without overlaps. */
function union(spans: readonly Span[]): Span[] {
  const merged: [number, number][] = []
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

function overlaps([from, to]: Span, spans: readonly Span[]): Span[] {
  const parts: Span[] = []
  for (let at = firstAfter(spans, from); at < spans.length; at += 1) {
    const span = spans[at]
    if (!span || span[0] >= to) break
    parts.push([Math.max(from, span[0]), Math.min(to, span[1])])
  }
  return parts
}

/** The first span that ends after a moment, by halves. */
function firstAfter(spans: readonly Span[], moment: number): number {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.[1] ?? 0) <= moment) low = middle + 1
    else high = middle
  }
  return low
}

function listOf(lists: Map<string, Span[]>, name: string): Span[] {
  const list = lists.get(name) ?? []
  lists.set(name, list)
  return list
}
