import { fieldsOf, textOf, wholeOf, type Finding } from './finding.js'

/** The address of the pull request that a comment of GitHub's API discusses; null for anything else. */
export function discussionOf(value: unknown): string | null {
  const { user, body, pull_request_url, issue_url } = fieldsOf(value)
  if (user === undefined || typeof body !== 'string') return null
  // A pull request is an issue too, of the same number.
  return (textOf(pull_request_url) ?? textOf(issue_url))?.replace('/pulls/', '/issues/') ?? null
}

/** The login of the bot that wrote the comment; null for a person. */
export function botOf(value: unknown): string | null {
  const { login, type } = fieldsOf(fieldsOf(value)['user'])
  const name = textOf(login)
  return name !== null && (type === 'Bot' || name.toLowerCase().endsWith('[bot]')) ? name : null
}

/** What a bot remarked. A comment has no severity, so it counts for information, and its review has no risk. */
export function commentFinding(value: unknown): Finding {
  const { body, path, line, original_line } = fieldsOf(value)
  return {
    severity: 'info',
    state: 'open',
    rule: null,
    message: textOf(body),
    path: textOf(path),
    line: wholeOf(line) ?? wholeOf(original_line),
  }
}
