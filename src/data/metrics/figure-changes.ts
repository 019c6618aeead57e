import type { GateValue } from '../../domain/gate.js'
import type { MetricId } from '../../domain/metric.js'
import type { FigureChange } from '../../shapes/figure-change.js'
import type { OpenChange, OpenId } from './open-changes.js'

/**
 * The figures that both sides have, in the order of the earlier one. Causes stand only where they explain the change: a
 * stored month may differ from its history.
 */
export function figureChanges(
  before: ReadonlyMap<MetricId, GateValue>,
  after: ReadonlyMap<MetricId, GateValue>,
  causes: Record<OpenId, OpenChange> | null,
): FigureChange[] {
  return [...before].flatMap(([id, was]) => {
    const is = after.get(id)
    if (is === undefined) return []
    const cause = causes !== null && Object.hasOwn(causes, id) ? causes[id as OpenId] : null
    const explains = cause !== null && cause.before === was && cause.after === is
    return [
      { id, before: was, after: is, change: changeOf(was, is), causes: explains ? withoutEnds(cause) : null },
    ]
  })
}

function withoutEnds({ before, after, ...causes }: OpenChange) {
  return causes
}

function changeOf(before: GateValue, after: GateValue): GateValue {
  if (before === null || after === null) return null
  if (typeof before === 'number' && typeof after === 'number') return rounded(after - before)
  return differenceOf(String(after), String(before))
}

/** Figures have at most four digits after the point; smaller differences are errors of floats. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

/** Exact, with the digits behind the point that the longer one has. */
function differenceOf(a: string, b: string): string {
  const fraction = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0))
  const scaled = (text: string) => {
    const [whole = '0', decimals = ''] = text.split('.')
    return BigInt(whole + decimals.padEnd(fraction, '0'))
  }
  const difference = scaled(a) - scaled(b)
  const digits = String(difference < 0n ? -difference : difference).padStart(fraction + 1, '0')
  const sign = difference < 0n ? '-' : ''
  return fraction === 0 ? sign + digits : `${sign}${digits.slice(0, -fraction)}.${digits.slice(-fraction)}`
}
