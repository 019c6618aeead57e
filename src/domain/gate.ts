import { CtoError } from '../errors.js'
import { isMetricId, metricOf, type MetricId } from './metric.js'
import { didYouMeanMetric } from './metrics-meant.js'
import { isShare, movePoint, quantity } from './quantity.js'

/** A limit on one figure; a CI job fails if the figure breaks it. */
export interface Gate {
  id: MetricId
  /** As the user wrote it: `resolution.p90>+10%`. */
  text: string
  /** The gate trips if this comparison of the figure with the limit is true. */
  trips: Comparison
  limit: Limit
}

export type Comparison = '>' | '>=' | '<' | '<='

/** A number, or a change from the baseline by an amount or by a share of its size. */
export type Limit =
  | { kind: 'absolute'; amount: string }
  | { kind: 'change'; amount: string }
  | { kind: 'percent'; amount: string }

/** A figure's value: money is a decimal string, no data null. */
export type GateValue = number | string | null

export interface GateResult {
  id: MetricId
  gate: string
  value: GateValue
  /** The limit that was compared; null if a change had no baseline. */
  limit: GateValue
  baseline: GateValue
  tripped: boolean
  reason: string
}

/** `open.critical=0`: a higher value trips. Throws INVALID_VALUE. */
export function parseMax(text: string): Gate {
  return bound(text, 'max', '>')
}

/** `sla.compliance=0.9` or `sla.compliance=90%`: a lower value trips. Throws INVALID_VALUE. */
export function parseMin(text: string): Gate {
  return bound(text, 'min', '<')
}

/**
 * `resolution.p90>+10%`, `open.total>+5`, `sla.compliance<90%`: trips if the condition is true. A signed percentage is a
 * change, of the baseline; one without a sign is a share. Throws INVALID_VALUE.
 */
export function parseFailOn(text: string): Gate {
  const [, name, trips, sign, digits, percent] =
    /^\s*([\w.]+)\s*([<>]=?)\s*([+-]?)(\d+(?:\.\d+)?)(%?)\s*$/.exec(text) ?? []
  if (name === undefined || digits === undefined) {
    throw new CtoError('INVALID_VALUE', `not a condition: "${text}"`, {
      hint: "write --fail-on 'resolution.p90>+10%', 'open.total>+5' or 'sla.compliance<90%'",
    })
  }
  const amount = sign === '-' ? `-${digits}` : digits
  const id = metricNamed(name)
  const limit: Limit =
    sign === ''
      ? { kind: 'absolute', amount: absoluteAmount(id, { amount, isPercent: percent === '%', text }) }
      : { kind: percent === '%' ? 'percent' : 'change', amount }
  return { id, text: text.trim(), trips: trips as Comparison, limit }
}

/** Whether a gate compares the figure with an earlier one. */
export function needsBaseline({ limit }: Gate): boolean {
  return limit.kind !== 'absolute'
}

interface Measured {
  value: GateValue
  /** The earlier figure: of the preceding window, or of a file. */
  baseline: GateValue
  /** A figure without data does not trip. */
  allowNull: boolean
}

/** What holds where the condition does not. */
const kept: Readonly<Record<Comparison, string>> = {
  '>': 'is within',
  '>=': 'is below',
  '<': 'is at least',
  '<=': 'is above',
}

/** Compares a figure with its gate in exact decimals: 0.1 + 0.2 does not trip a limit of 0.3. */
export function judge(gate: Gate, { value, baseline, allowNull }: Measured): GateResult {
  const { id, text } = gate
  const compared = needsBaseline(gate)
  const result = { id, gate: text, value, baseline: compared ? baseline : null }
  const missing =
    value === null ? 'no data' : compared && baseline === null ? 'no data to compare with' : null
  if (missing !== null || value === null) {
    const reason = missing ?? 'no data'
    return { ...result, limit: absoluteLimit(gate), tripped: !allowNull, reason }
  }
  const limit = limitOf(gate, baseline)
  const tripped = compare(scaled(value), gate.trips, limit)
  const isMoney = typeof value === 'string'
  const shown = isMoney ? decimalText(limit) : Number(decimalText(limit))
  const relation = tripped ? gate.trips : kept[gate.trips]
  const from = baseline !== null && compared ? ` (was ${quantity(id, baseline)})` : ''
  const reason = `${quantity(id, value)} ${relation} ${quantity(id, shown)}${from}`
  return { ...result, limit: shown, tripped, reason }
}

/** A duration, as tables show it, is answered with the number that it is in the unit of the metric. */
function notALimit(text: string, flag: 'max' | 'min'): CtoError {
  const [, name = '', amount, unit] = /^\s*([\w.]+)\s*=\s*(\d+(?:\.\d+)?)\s*([hd])\s*$/.exec(text) ?? []
  const measured = isMetricId(name) ? metricOf(name).unit : null
  if (amount === undefined || (measured !== 'hours' && measured !== 'days'))
    return new CtoError('INVALID_VALUE', `not a limit: "${text}"`, {
      hint: `write --${flag} open.critical=0 or --${flag} sla.compliance=90%`,
    })
  const hours = Number(amount) * (unit === 'd' ? 24 : 1)
  const limit = Number((measured === 'hours' ? hours : hours / 24).toFixed(2))
  return new CtoError('INVALID_VALUE', `not a limit: "${text}"`, {
    reason: `${name} is measured in ${measured}, without a unit`,
    hint: `write --${flag} ${name}=${limit}`,
  })
}

function bound(text: string, flag: 'max' | 'min', trips: Comparison): Gate {
  const [, name, amount, percent] = /^\s*([\w.]+)\s*=\s*(-?\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(text) ?? []
  if (name === undefined || amount === undefined) throw notALimit(text, flag)
  const id = metricNamed(name)
  const limit = absoluteAmount(id, { amount, isPercent: percent === '%', text })
  return {
    id,
    text: `${name} ${flag} ${amount}${percent === '%' ? '%' : ''}`,
    trips,
    limit: { kind: 'absolute', amount: limit },
  }
}

/**
 * The limit in the unit of the metric. A share outside 0 to 1 is refused, since its gate would trip always or never: it is
 * mostly a percentage without its sign.
 */
function absoluteAmount(
  id: MetricId,
  { amount, isPercent, text }: { amount: string; isPercent: boolean; text: string },
): string {
  const { unit } = metricOf(id)
  if (isPercent && unit !== 'ratio') {
    throw new CtoError('INVALID_VALUE', `not a percentage: "${text.trim()}"`, {
      reason: `${id} is measured in ${unit}`,
      hint: `write a number, or a change from the window before: --fail-on '${id}>+${amount}%'`,
    })
  }
  const limit = isPercent ? movePoint(amount, -2) : amount
  if (isShare(id) && (Number(limit) < 0 || Number(limit) > 1)) {
    const isMeantAsPercent = !isPercent && Number(limit) > 1 && Number(limit) <= 100
    throw new CtoError('INVALID_VALUE', `limit out of range: "${text.trim()}"`, {
      reason: `${id} is a share from 0 to 1, or 0% to 100%`,
      hint: isMeantAsPercent ? `write ${limit}%` : 'write it like 0.9 or 90%',
    })
  }
  return limit
}

function metricNamed(name: string): MetricId {
  if (isMetricId(name)) return name
  throw new CtoError('INVALID_VALUE', `no metric "${name}"`, {
    reason: didYouMeanMetric(name),
    hint: 'cto metrics explain lists them all',
  })
}

function absoluteLimit({ limit }: Gate): GateValue {
  return limit.kind === 'absolute' ? Number(limit.amount) : null
}

/** A percentage is of the baseline's absolute value, so that +10 % is an increase for a negative baseline too. */
function limitOf({ limit }: Gate, baseline: GateValue): bigint {
  const amount = scaled(limit.amount)
  if (limit.kind === 'absolute') return amount
  const before = scaled(baseline ?? 0)
  if (limit.kind === 'change') return before + amount
  const size = before < 0n ? -before : before
  return before + (size * amount) / (100n * one)
}

function compare(value: bigint, comparison: Comparison, limit: bigint): boolean {
  switch (comparison) {
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '<':
      return value < limit
    case '<=':
      return value <= limit
  }
}

/** Digits after the decimal point in comparisons. */
const fraction = 12
const one = 10n ** BigInt(fraction)

function scaled(value: number | string): bigint {
  const [, sign = '', whole = '0', decimals = ''] =
    /^(-?)(\d+)(?:\.(\d+))?$/.exec(typeof value === 'number' ? value.toFixed(fraction) : value) ?? []
  const magnitude = BigInt(whole + decimals.slice(0, fraction).padEnd(fraction, '0'))
  return sign === '-' ? -magnitude : magnitude
}

function decimalText(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(fraction + 1, '0')
  const text = `${digits.slice(0, -fraction)}.${digits.slice(-fraction)}`.replace(/\.?0+$/, '')
  return value < 0n ? `-${text}` : text
}
