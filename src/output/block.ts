import { pad, width } from './fit.js'

/** One `label: value` a line; further lines of a value are indented, so that none can pose as a label. */
export function listBlock(labels: readonly string[], cells: readonly string[]): string {
  return labels.map((label, index) => `${label}: ${indent(cells[index] ?? '', '  ')}\n`).join('')
}

/** Labels in one column, values in the next. `label` colours a label. */
export function card(
  labels: readonly string[],
  cells: readonly string[],
  label: (text: string) => string,
): string {
  const columns = Math.max(0, ...labels.map(width)) + 2
  return labels
    .map((text, index) => label(pad(text, columns)) + indent(cells[index] ?? '', ' '.repeat(columns)) + '\n')
    .join('')
}

function indent(text: string, margin: string): string {
  return text.replaceAll('\n', `\n${margin}`)
}
