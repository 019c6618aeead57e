/** Labels as a bug keeps them: trimmed, each once, sorted. */
export function labelSet(labels: readonly string[]): string[] {
  const names = labels.map((label) => label.trim()).filter((label) => label !== '')
  return [...new Set(names)].sort()
}
