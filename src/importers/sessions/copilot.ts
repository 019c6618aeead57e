import { CtoError } from '../../errors.js'
import { jsonItems, type JsonPath } from './json-items.js'
import { eventWith, Unreadable, type EventEntry, type Entry } from './entry.js'
import { fieldsOf, itemsOf, textOf, timeOf, wholeOf, type Fields } from './values.js'

/**
 * GitHub's report on the users of Copilot, a record a user and day. It counts without times: the calls of a day stand at its
 * beginning, in a session without a length.
 *
 * @throws CtoError BAD_FILE for figures that name no users
 */
export async function* readCopilotReport(chunks: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  let number = 0
  let named = 0
  let version: string | undefined
  for await (const { path, value } of jsonItems(chunks, (each) => isRecord(each) || isVersion(each))) {
    if (isVersion(path)) {
      version = timeOf(value)?.toISOString()
      continue
    }
    number += 1
    const record = fieldsOf(value) ?? {}
    const user = textOf(record['user_login'], 100)
    if (user === null) {
      yield new Unreadable('user_login', 'missing').at(number)
      continue
    }
    named += 1
    const parsed = entriesOf(record, { user, version })
    if (parsed instanceof Unreadable) yield parsed.at(number)
    else if (parsed.length === 0) yield { kind: 'skipped' }
    else yield* parsed
  }
  if (named === 0) throw withoutUsers()
}

export function withoutUsers(): CtoError {
  return new CtoError('BAD_FILE', 'these figures of Copilot name no users', {
    hint: 'download the report on users: /orgs/ORG/copilot/metrics/reports/users-1-day',
  })
}

/** Of the report itself, or of a list of records. */
const isRecord = ([first, second, ...rest]: JsonPath) =>
  rest.length === 0 &&
  ((first === 'day_totals' && second !== undefined) || (typeof first === 'number' && second === undefined))

const isVersion = (path: JsonPath) => path.length === 1 && path[0] === 'created_at'

interface Report {
  user: string
  /** When it was made. */
  version: string | undefined
}

function entriesOf(record: Fields, { user, version }: Report): EventEntry[] | Unreadable {
  const day = textOf(record['day'])
  const at = timeOf(`${day ?? ''}T00:00:00Z`)
  if (day === null || at === null) return new Unreadable('day', 'no day between 2000 and 2100')
  const session = `${user}/${day}`
  const entry = { session, at, user, ...(version !== undefined && { declared: { version } }) }
  const features = itemsOf(record['totals_by_feature']).flatMap((each): EventEntry[] => {
    const totals = fieldsOf(each) ?? {}
    const feature = textOf(totals['feature'], 100)
    const executionCount = wholeOf(totals['code_generation_activity_count']) ?? 0
    const interactions = wholeOf(totals['user_initiated_interaction_count']) ?? 0
    if (feature === null || executionCount + interactions === 0) return []
    const event = eventWith({
      key: `${session}/${feature}`,
      session,
      toolName: `copilot:${feature}`,
      toolCategory: feature === 'code_completion' ? 'editor' : 'agent',
      at,
      executionCount,
      version: version ?? null,
    })
    return [{ kind: 'event', event, session: entry }]
  })
  const cli = fieldsOf(record['totals_by_cli'])
  const usage = fieldsOf(cli?.['token_usage'])
  const requests = wholeOf(cli?.['request_count']) ?? 0
  if (usage === null || requests === 0) return features
  const event = eventWith({
    key: `${session}/cli`,
    session,
    toolName: 'copilot',
    toolCategory: 'model',
    at,
    executionCount: requests,
    version: version ?? null,
    inputTokens: wholeOf(usage['prompt_tokens_sum']),
    outputTokens: wholeOf(usage['output_tokens_sum']),
  })
  return [...features, { kind: 'event', event, session: entry }]
}
