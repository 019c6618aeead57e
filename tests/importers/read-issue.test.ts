import { expect, test } from 'vitest'
import type { GithubIssue } from '../../src/importers/github/api.js'
import { issueReader } from '../../src/importers/github/read-issue.js'
import { readAnswers } from '../../src/importers/validate/answers.js'

const readIssue = issueReader({
  externalSource: 'github',
  answers: readAnswers('bugs', {}),
  findPerson: () => null,
})

function codesOf(changes: Partial<GithubIssue>): string[] {
  const issue: GithubIssue = {
    number: 1,
    html_url: 'https://github.com/acme/web/issues/1',
    title: 'Login fails',
    state: 'open',
    labels: [],
    created_at: '2026-01-31T00:00:00Z',
    updated_at: '2026-01-31T00:00:00Z',
    ...changes,
  }
  const outcome = readIssue(issue, 'web')
  return 'problems' in outcome ? outcome.problems.map(({ code }) => code) : []
}

test.each<[string, Partial<GithubIssue>, string[]]>([
  ['half of a surrogate pair in its title', { title: 'broken \ud83d' }, ['E_TEXT']],
  ['half of a surrogate pair in its text', { body: '\udc00' }, ['E_TEXT']],
  ['half of a surrogate pair in a label', { labels: [{ name: '\ud83d' }] }, ['E_TEXT']],
  ['a whole pair', { title: '😀' }, []],
  ['a NUL character', { body: 'a\0b' }, ['E_NUL']],
  ['a title of a zero-width space', { title: '\u200b' }, ['E_REQUIRED']],
])('an issue with %s is rejected only if it cannot be stored', (_, changes, codes) => {
  expect(codesOf(changes)).toEqual(codes)
})
