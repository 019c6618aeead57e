import { empty, type Field } from '../output/field.js'
import { hoursText } from '../output/number-text.js'
import { hourMs, minuteMs } from '../domain/duration.js'

/** A duration in a cell for people: `120 ms`, `4.2 s`, `12.5 min`, `3 h`; `—` for null. */
export function milliseconds(duration: number | null): string {
  if (duration === null) return empty
  if (duration < 1000) return `${Math.round(duration)} ms`
  if (duration < minuteMs) return `${oneDigit(duration / 1000)} s`
  if (duration < hourMs) return `${oneDigit(duration / minuteMs)} min`
  return hoursText(duration / hourMs)
}

function oneDigit(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '')
}

/** The columns of a group's percentiles. */
export const percentileFields: readonly Field<{
  durationP50Ms: number | null
  durationP95Ms: number | null
}>[] = [
  {
    name: 'durationP50Ms',
    header: 'P50',
    text: ({ durationP50Ms }) => milliseconds(durationP50Ms),
    align: 'right',
  },
  {
    name: 'durationP95Ms',
    header: 'P95',
    text: ({ durationP95Ms }) => milliseconds(durationP95Ms),
    align: 'right',
  },
]
