/*
 * Issues, bugs and other pull requests that a pull request names, as texts that are stored with it: what they name may
 * become known later. `closes acme/web#5`, `closes #5` (an issue of its own repository), `bug BUG-12`, `reverts #3`,
 * `reverts acme/web#3`.
 */

interface SaidByPull {
  title: string | null
  body: string | null
  headBranch: string | null
  /** Issues that the host has as closed by it. */
  closing?: readonly { repository: string; number: number }[]
}

const closingWord =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:(?:https?:\/\/[^/\s]+\/)?([\w.-]+\/[\w.-]+)(?:#|\/issues\/)|#)(\d{1,9})\b/gi
const bugNumber = /(?<![a-z0-9])BUG-(\d{1,9})(?!\d)/gi
const revertedPull = /^reverts ([\w.-]+\/[\w.-]+)?#(\d{1,9})\b/im
const revertBranch = /^revert-(\d{1,9})-/

/** In order of precedence: the first that is known counts. */
export function mentionsOf({ title, body, headBranch, closing = [] }: SaidByPull): string[] {
  const listed = closing.map(({ repository, number }) => closes(repository, number))
  const written = [...(body ?? '').matchAll(closingWord)].map(([, repository = '', number]) =>
    closes(repository, Number(number)),
  )
  const bugs = [title, headBranch].flatMap((text) =>
    [...(text ?? '').matchAll(bugNumber)].map(([, number]) => `bug BUG-${Number(number)}`),
  )
  const [, repository = '', number = revertBranch.exec(headBranch ?? '')?.[1]] =
    revertedPull.exec(body ?? '') ?? []
  const reverts = number === undefined ? [] : [`reverts ${repository.toLowerCase()}#${Number(number)}`]
  return [...new Set([...(listed.length > 0 ? listed : written), ...bugs, ...reverts])]
}

function closes(repository: string, number: number): string {
  return `closes ${repository.toLowerCase()}#${number}`
}
