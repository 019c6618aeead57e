import { expect, test } from 'vitest'
import type { GithubCommit } from '../../src/importers/github/api.js'
import { Contributors } from '../../src/importers/github/contributors.js'

function commit(login: string | null, email?: string, name?: string): GithubCommit {
  return {
    author: login === null ? null : { login },
    commit: { author: { ...(email && { email }), ...(name && { name }) } },
  }
}

test.each<[string, number, GithubCommit[]]>([
  ['no commits', 0, []],
  ['one login, however it is written', 1, [commit('ada', 'a@example.com'), commit('Ada')]],
  ['a login and another email', 2, [commit('ada', 'a@example.com'), commit(null, 'b@example.com')]],
  ['an email that a login has too', 1, [commit(null, 'A@example.com'), commit('ada', 'a@example.com')]],
  ['names without login and email', 2, [commit(null, '', 'Ada'), commit(null, '', 'Ben')]],
  ['authors of whom nothing is known', 1, [commit(null), { author: {}, commit: { author: null } }, {}]],
])('%s are %i contributors', (_, count, commits) => {
  const people = new Contributors()
  for (const each of commits) people.add(each)
  expect(people.count).toBe(count)
})
