/** Joins lines to exact output: `lines('a', 'b')` is `a\nb\n`, and no lines are no text. */
export function lines(...each: readonly string[]): string {
  return each.map((line) => `${line}\n`).join('')
}
