import { metricOf, type MetricId } from './metric.js'

/** Whether a figure is a share of a whole, from 0 to 1, which people read in per cent. */
export function isShare(id: MetricId): boolean {
  const { unit, isMultiple } = metricOf(id)
  return unit === 'ratio' && isMultiple !== true
}

/**
 * A figure's exact value with its unit, for a comparison: `0.8996` → `89.96 %`, `30` → `30 h`. Counts and money, whose
 * currency is a setting, stay numbers.
 */
export function quantity(id: MetricId, value: number | string): string {
  const { unit, isMultiple } = metricOf(id)
  switch (unit) {
    case 'ratio':
      return isMultiple === true ? `${value} ×` : `${movePoint(String(value), 2)} %`
    case 'hours':
      return `${value} h`
    case 'days':
      return `${value} d`
    case 'milliseconds':
      return `${value} ms`
    case 'MB':
      return `${value} MB`
    default:
      return String(value)
  }
}

/** Times (positive) or divided by (negative) a power of ten, in exact decimals: `0.29` → `29`, `7` → `0.07`. */
export function movePoint(decimal: string, places: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  if (whole === '') return decimal
  const digits = `${'0'.repeat(Math.max(0, -places))}${whole}${fraction}${'0'.repeat(Math.max(0, places))}`
  const point = Math.max(0, -places) + whole.length + places
  const [before, after] = [digits.slice(0, point), digits.slice(point)]
  return `${sign}${before.replace(/^0+(?=\d)/, '')}${after === '' ? '' : `.${after}`.replace(/\.?0+$/, '')}`
}
