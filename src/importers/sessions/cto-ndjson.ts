import { createHash } from 'node:crypto'
import { categoryOf, sessionTypes, toolCategories } from '../../domain/session.js'
import type { DeclaredTimes, SessionEntry } from '../../domain/session-columns.js'
import { eventFigures, figuresOf } from '../../domain/tool-event.js'
import { jsonLines } from './json-lines.js'
import { Unreadable, type Entry } from './entry.js'
import { costOf, itemsOf, numberOf, textOf, timeOf, wholeOf, type Fields } from './values.js'

/**
 * Our own format, one JSON object a line. A line with `tool` is a call, `{"session","tool","at",…}`; one without is a session,
 * `{"session","sessionStart",…}`. Other fields are the columns of their tables.
 */
export async function* readCtoLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  for await (const lines of jsonLines(chunks))
    for (const { number, record } of lines) {
      const parsed = record instanceof Unreadable ? record : entryOf(record)
      yield parsed instanceof Unreadable ? parsed.at(number) : parsed
    }
}

/** What a line holds, or why it is rejected. */
function entryOf(record: Fields): Entry | Unreadable {
  const session = textOf(record['session'])
  if (session === null) return new Unreadable('session', 'missing')
  const problem = problemOf(record)
  if (problem !== null) return problem
  if (record['tool'] === undefined) {
    const start = timeOf(record['sessionStart'])
    if (start === null) return new Unreadable('sessionStart', 'missing')
    return { kind: 'session', session: sessionOf(record, session, start) }
  }
  const toolName = textOf(record['tool'], 200)
  const at = timeOf(record['at'])
  if (toolName === null) return new Unreadable('tool', 'not a name')
  if (at === null) return new Unreadable('at', 'missing')
  const category = toolCategories.find((each) => each === record['category'])
  const event = {
    costUsd: costOf(record['costUsd']),
    key: textOf(record['id']) ?? hashOf(record),
    session,
    toolName,
    toolCategory: category ?? categoryOf(toolName),
    at,
    isError: record['error'] === true,
    executionCount: 1,
    ...figuresOf((figure) => wholeOf(record[figure])),
  }
  return { kind: 'event', event, session: sessionOf(record, session, at) }
}

function sessionOf(record: Fields, session: string, at: Date): SessionEntry {
  const score = wholeOf(record['productivityScore'])
  const tags = itemsOf(record['tags']).flatMap((tag) => textOf(tag, 100) ?? [])
  return {
    session,
    at,
    user: textOf(record['user']) ?? undefined,
    project: textOf(record['project']) ?? undefined,
    sessionType: sessionTypes.find((each) => each === record['sessionType']),
    productivityScore: score ?? undefined,
    tags: tags.length > 0 ? tags : undefined,
    description: textOf(record['description'], 10_000) ?? undefined,
    declared: declaredIn(record),
  }
}

function declaredIn(record: Fields): DeclaredTimes | undefined {
  const start = timeOf(record['sessionStart'])?.toISOString()
  const end = timeOf(record['sessionEnd'])?.toISOString()
  const active = itemsOf(record['active']).flatMap((range): [string, string][] => {
    const [from, to] = itemsOf(range).map(timeOf)
    return from && to && from < to ? [[from.toISOString(), to.toISOString()]] : []
  })
  if (start === undefined && end === undefined && active.length === 0) return undefined
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(active.length > 0 && { active }),
  }
}

const isTime = (value: unknown) => timeOf(value) !== null

/** Which values a field may have. */
const isRight: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ...eventFigures.map((figure) => [figure, (value: unknown) => wholeOf(value) !== null] as const),
  ['productivityScore', (value) => (numberOf(value) ?? 101) <= 100],
  ['costUsd', (value) => costOf(value) !== null],
  ['at', isTime],
  ['sessionStart', isTime],
  ['sessionEnd', isTime],
  ['category', (value) => toolCategories.some((each) => each === value)],
  ['sessionType', (value) => sessionTypes.some((each) => each === value)],
  ['error', (value) => typeof value === 'boolean'],
  ['tags', Array.isArray],
  ['active', Array.isArray],
])

/** Names a field with a value of the wrong type, which is left out without another message. */
function problemOf(record: Fields): Unreadable | null {
  for (const field of Object.keys(record)) {
    const value = record[field]
    if (value !== null && isRight.get(field)?.(value) === false) return new Unreadable(field, 'not valid')
  }
  const [start, end] = [timeOf(record['sessionStart']), timeOf(record['sessionEnd'])]
  return start && end && end < start ? new Unreadable('sessionEnd', 'before sessionStart') : null
}

/** The same line is the same event, whatever the order of its fields. */
function hashOf(record: Fields): string {
  const entries = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex')
}
