/** One line of a GitHub table. */
export function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |\n`
}

/** The line under the headings, which also aligns the columns. */
export function markdownRule(fields: readonly { align?: 'right' }[]): string {
  return `| ${fields.map(({ align }) => (align === 'right' ? '---:' : '---')).join(' | ')} |\n`
}

/** Text stays text: no cell can end the table, add a link, an image or HTML. `in_progress` needs no escape. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*[\]<>|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replaceAll('\n', '<br>')
}
