import type { Context } from '../context.js'
import { required } from '../errors.js'

interface Bar {
  label: string
  value: number
}

/** Columns of the longest bar, and of one that is too short to say anything. */
const longest = 40
const shortest = 8

/** Bars below a table, for eyes on a terminal: pipes, files and the accessible format never see them. */
export async function drawBars(ctx: Context, bars: readonly Bar[]): Promise<void> {
  const most = Math.max(0, ...bars.map(({ value }) => value))
  if (most === 0) return
  await draw(ctx, async (room) => {
    const { bar } = await import('../output/chart.js')
    const { fit, pad, width } = await import('../output/fit.js')
    const { grouped } = await import('../output/number-text.js')
    const { visible } = await import('../output/visible.js')
    const labels = bars.map(({ label }) => fit(visible(label), 24))
    const widest = Math.max(...labels.map(width))
    const numbers = Math.max(...bars.map(({ value }) => grouped(String(value)).length))
    const columns = Math.min(longest, room - widest - numbers - 3)
    if (columns < shortest) return null
    const lines = bars.map(({ value }, index) => {
      const drawn = bar(value, { most, columns })
      return `${pad(required(labels[index], 'the label of a bar'), widest)}  ${drawn}${drawn === '' ? '' : ' '}${grouped(String(value))}`
    })
    return `\n${lines.join('\n')}\n`
  })
}

export interface Trend {
  label: string
  /** Null where there is no data. */
  values: readonly (number | null)[]
}

/** A line each below a table: how something went, with the lowest and the highest in numbers. Likewise for eyes only. */
export async function drawTrends(ctx: Context, trends: readonly Trend[]): Promise<void> {
  const drawn = trends.filter(({ values }) => values.filter((value) => value !== null).length > 1)
  if (drawn.length === 0) return
  await draw(ctx, async (room) => {
    const { sparkline } = await import('../output/chart.js')
    const { pad, width } = await import('../output/fit.js')
    const { grouped } = await import('../output/number-text.js')
    const widest = Math.max(...drawn.map(({ label }) => width(label)))
    const lines = drawn.map(({ label, values }) => {
      const known = values.filter((value) => value !== null)
      const [lowest, highest] = [Math.min(...known), Math.max(...known)].map((value) =>
        grouped(String(value)),
      )
      const range = `lowest ${lowest}, highest ${highest}`
      return `${pad(label, widest)}  ${sparkline(values)}  ${range}`
    })
    if (lines.some((line) => width(line) > room)) return null
    return `\n${lines.join('\n')}\n`
  })
}

/** Null is drawn where there is too little room. */
async function draw(ctx: Context, lines: (room: number) => Promise<string | null>): Promise<void> {
  if (ctx.out.width === null || ctx.line.flags.format !== 'table') return
  const text = await lines(ctx.out.width)
  if (text !== null) await ctx.out.document({ data: null, text: () => text })
}
