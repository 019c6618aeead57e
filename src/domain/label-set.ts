import { isUnseen } from './text.js'

/** Labels as a bug keeps them: trimmed, each once, sorted. */
export function labelSet(labels: readonly string[]): string[] {
  const names = labels.map((label) => label.trim()).filter((label) => !isUnseen(label))
  return [...new Set(names)].sort()
}
