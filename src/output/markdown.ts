/** One line of a GitHub table. */
export function markdownLine(cells: readonly string[]): string {
  return markdownCells(cells.map(markdownText))
}

/** The same of cells that are Markdown already. */
export function markdownCells(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}

/** The line under the headings, which also aligns the columns. */
export function markdownRule(fields: readonly { align?: 'right' }[]): string {
  return `| ${fields.map(({ align }) => (align === 'right' ? '---:' : '---')).join(' | ')} |\n`
}

/** Text stays text: nothing in it can end a cell, or become a link, an image or HTML. `in_progress` needs no escape. */
export function markdownText(text: string): string {
  return text
    .replace(/[\\`*[\]<>|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replaceAll('\n', '<br>')
}
