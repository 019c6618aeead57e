/** The commit that a message of `git revert` names; null for other messages. */
export function revertedSha(message: string): string | null {
  return /^This reverts commit ([0-9a-f]{40})\b/m.exec(message)?.[1] ?? null
}
