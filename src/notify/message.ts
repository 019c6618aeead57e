/** What a message holds, whatever way it takes. */
export interface Message {
  kind: 'firing' | 'resolved' | 'event' | 'test'
  rule: string
  condition: string
  /** ISO 8601. */
  at: string
  /** What fires, ended or happened; one line each. */
  items: readonly MessageItem[]
}

export interface MessageItem {
  /** The project, repository, …; empty for a rule without groups. */
  group: string
  /** `ended` within a message about what fires. */
  state: 'firing' | 'ended' | 'happened' | 'test'
  /** Why, in words: `7 > 0`. */
  text: string
  url: string | null
}

const verbs = { firing: 'FIRING', resolved: 'RESOLVED', event: 'EVENT', test: 'TEST' }

/** `FIRING: critical bugs`. */
export function subjectOf({ kind, rule }: Message): string {
  return `${verbs[kind]}: ${oneLine(rule)}`
}

/** Names and titles come from elsewhere: none can begin a line, or a header, of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** For people: e-mail and stdout. */
export function textOf(message: Message): string {
  const lines = message.items.map(({ group, state, text, url }) => {
    const ended = message.kind === 'firing' && state === 'ended' ? 'ended: ' : ''
    const parts = [group, text, url].filter((part) => part !== '' && part !== null)
    return `- ${ended}${oneLine(parts.join('  '))}`
  })
  return [subjectOf(message), `condition: ${message.condition}`, ...lines, `at ${message.at}`].join('\n')
}

/** For programs: the body of a webhook, and a line of a file. */
export function payloadOf({ kind, rule, condition, at, items }: Message): object {
  return { type: `alert.${kind}`, timestamp: at, data: { rule, condition, items } }
}

/** The body of an incoming webhook of Slack. */
export function slackPayload(message: Message): object {
  const text = textOf(message).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return { text }
}

/** Whether a URL is an incoming webhook of Slack. */
export function isSlack(url: string): boolean {
  return URL.canParse(url) && ['hooks.slack.com', 'hooks.slack-gov.com'].includes(new URL(url).hostname)
}
