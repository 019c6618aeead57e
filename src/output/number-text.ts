/** Numbers as people read them. JSON, csv and tsv stay exact and never come here. */

/** `30280000.00` → `30,280,000.00`; what is not a number stays as it is. */
export function grouped(number: string): string {
  const [whole = '', ...rest] = number.split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...rest].join('.')
}

/** `0.9333` → `93.3 %`. */
export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}

/** `4` → `4 ×`, `1.375` → `1.4 ×`: a ratio that may be above 1. */
export function multiple(ratio: number): string {
  return `${grouped(shortest(ratio))} ×`
}

/** `1234.50` → `1,234.50`, `8000.00` → `8,000`, `171206.50` → `171,207`, `42000000000.00` → `42.0 B`: the cents of a million are left out. */
export function amountText(decimal: string): string {
  const size = Math.abs(Number(decimal))
  if (size >= 1e6) return scaled(Number(decimal), 1)
  return grouped(size >= 1e4 ? wholeAmount(decimal) : decimal.replace(/\.0+$/, ''))
}

/** `157.75` → `6.6 d`, `22.5` → `22.5 h`: hours, in days from two of them on. */
export function hoursText(hours: number): string {
  return Math.abs(hours) < 48 ? `${shortest(hours)} h` : daysText(hours / 24)
}

/** `425.37` → `425 d`, `12.46` → `12.5 d`. */
export function daysText(days: number): string {
  return `${Math.abs(days) < 100 ? shortest(days) : grouped(days.toFixed(0))} d`
}

/** `3000000` → `3 M`, `1250` → `1,250`: short enough for an axis. */
export function axisText(value: number): string {
  if (Math.abs(value) >= 1e6) return scaled(value, 0)
  return Math.abs(value) >= 1e4 ? `${shortest(value / 1e3)} K` : grouped(String(value))
}

const scales = [
  [1e6, 'M'],
  [1e9, 'B'],
  [1e12, 'T'],
] as const

/** In millions, billions or trillions, with one digit behind the point, or with as few as `least` where it is 0. */
function scaled(value: number, least: 0 | 1): string {
  // 999,990,000 would be 1000.0 M.
  const [unit, sign] = scales.find(([each]) => Math.abs(value) / each < 999.95) ?? scales[2]
  const number = least === 0 ? shortest(value / unit) : (value / unit).toFixed(1)
  return `${grouped(number)} ${sign}`
}

/** With at most one digit behind the point. */
function shortest(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '').replace(/^-0$/, '0')
}

/** `171206795.50` → `171206796`, half away from zero. */
function wholeAmount(decimal: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  return `${sign}${BigInt(whole) + (fraction >= '5' ? 1n : 0n)}`
}
