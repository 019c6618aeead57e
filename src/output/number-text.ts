/** `30280000.00` → `30,280,000.00`; what is not a number stays as it is. */
export function grouped(number: string): string {
  const [whole = '', ...rest] = number.split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...rest].join('.')
}

/** `171206795.50` → `171206796`, half away from zero; under six figures the cents stay. */
export function wholeAmount(decimal: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{6,})\.(\d+)$/.exec(decimal) ?? []
  return whole === '' ? decimal : `${sign}${BigInt(whole) + (fraction >= '5' ? 1n : 0n)}`
}

/** `0.9333` → `93.3 %`. */
export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}

/** A figure for people: money and counts grouped, ratios in per cent, `—` where there is no data. */
export function figureText(value: number | string | null, unit: string): { value: string; unit: string } {
  if (value === null) return { value: '—', unit: '' }
  if (unit === 'ratio' && typeof value === 'number') return { value: percent(value), unit: '' }
  return { value: grouped(String(value)), unit: unit === 'ratio' ? '' : unit }
}
