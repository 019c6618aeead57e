const shapes: readonly RegExp[] = [
  /^[+-]?\d+(?:[.,]\d+)?$/, // a number
  /^[A-Z][A-Z0-9]{1,9}-\d+$/, // a key
  /^https?:\/\/\S+$/i,
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  /^\d{4}-\d{2}-\d{2}(?:[T ][^,;|]*)?$/, // dates, in their common beginnings
  /^\d{1,2}[/.-](?:\d{1,2}|\p{L}{3,9}\.?)[/.-]\d{2,4}(?:[ ,].*)?$/u,
  /^(?:mon|tue|wed|thu|fri|sat|sun),? .*\d{2}:\d{2}/i,
]

/** Whether a cell is likely data (a number, key, address or date) rather than a word or a heading. */
export function isLikelyData(cell: string): boolean {
  const text = cell.trim()
  return text !== '' && text.length <= 120 && shapes.some((shape) => shape.test(text))
}
