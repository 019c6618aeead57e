import { required } from '../errors.js'

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A bar of at most `columns`, to an eighth of a column; the smallest that is not nothing can still be seen. */
export function bar(value: number, { most, columns }: { most: number; columns: number }): string {
  if (value <= 0 || most <= 0) return ''
  const parts = Math.max(1, Math.round(Math.min(1, value / most) * columns * 8))
  return '█'.repeat(Math.floor(parts / 8)) + required(eighths[parts % 8], 'a character for every eighth')
}

/** A column for each value, the lowest step for 0 and a blank where there is no data. */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  const most = Math.max(0, ...known)
  return values
    .map((value) => {
      if (value === null) return ' '
      if (most === 0) return steps[0]
      return steps[Math.round((Math.max(0, value) / most) * (steps.length - 1))]
    })
    .join('')
}
