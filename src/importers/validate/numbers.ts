import type { ReadDecimal } from './decimals.js'
import { namesInJson } from './json-cells.js'

/** The largest values of Decimal(10,2) and of an integer column. */
const mostHours = 99_999_999.99
const mostCount = 2_147_483_647

const secondsIn = { hours: 3600, minutes: 60, seconds: 1, milliseconds: 0.001 }

/** The unit of a plain number in a time column. */
export type TimeUnit = keyof typeof secondsIn

/** A week of work has five days, and a day eight hours, as Jira counts. */
const hoursOf: readonly (readonly [hours: number, names: string])[] = [
  [40, 'w wk wks week weeks woche wochen semaine semaines semana semanas vecka veckor'],
  [8, 'd day days tag tage tagen j jour jours dia dias día días dag dagar'],
  [1, 'h hr hrs hour hours std stunde stunden heure heures hora horas tim timme timmar'],
  [1 / 60, 'm min mins minute minutes minuten minuto minutos minuter'],
  [1 / 3600, 's sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos'],
]

/** Other words are none: points (`5 SP`) and months (`3 mo`) are no seconds and minutes. */
const hoursIn: ReadonlyMap<string, number> = new Map(
  hoursOf.flatMap(([hours, names]) => words(names).map((name) => [name, hours])),
)

/** Hours with two digits, from a number in the unit, `1w 2d 3h`, `PT1H30M` or `8:30`; null for anything else. */
export function readHours(text: string, unit: TimeUnit, readDecimal: ReadDecimal): string | null {
  const hours = spelledHours(spelledOut(text)) ?? clockHours(text) ?? plainHours(text, unit, readDecimal)
  return hours !== null && hours >= 0 && hours <= mostHours ? hours.toFixed(2) : null
}

function plainHours(text: string, unit: TimeUnit, readDecimal: ReadDecimal): number | null {
  // Smaller units are counted as whole numbers: in any locale `28.800` seconds are a group of thousands.
  if (unit !== 'hours' && /^[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(text))
    return (Number(text.replace(/\D/g, '')) * secondsIn[unit]) / 3600
  // `50%`, `8 PTS` and `$8` are other quantities.
  const decimal = text.length > 20 || /[^\d\s.,'’+−-]/.test(text) ? null : readDecimal(text)
  return decimal === null ? null : (Number(decimal) * secondsIn[unit]) / 3600
}

/** A duration of ISO 8601 as `1w 2d 3h`: `P1DT2H`. Months and years have no length. */
function spelledOut(text: string): string {
  const [, days = '', times = ''] = /^p((?:[\d.]+[wd])*)(?:t((?:[\d.]+[hms])+))?$/i.exec(text) ?? []
  return days + times === '' ? text : days + times
}

function spelledHours(text: string): number | null {
  if (text.length > 40 || !/^(?:\d{1,6}(?:\.\d{1,4}|,\d{1,2})?\s*\p{L}+\.?[\s,]*)+$/u.test(text)) return null
  let sum = 0
  for (const [, count = '', name = ''] of text.matchAll(/(\d+(?:[.,]\d+)?)\s*(\p{L}+)/gu)) {
    const hours = hoursIn.get(name.toLowerCase())
    if (hours === undefined) return null
    sum += Number(count.replace(',', '.')) * hours
  }
  return sum
}

function clockHours(text: string): number | null {
  const [, hours, minutes, seconds = 0] = /^(\d{1,6}):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? []
  return hours === undefined ? null : Number(hours) + Number(minutes) / 60 + Number(seconds) / 3600
}

/** A whole number that is not negative; null for anything else. Default: as an integer column holds. */
export function readCount(text: string, most = mostCount): number | null {
  if (!/^\d{1,16}$/.test(text)) return null
  const count = Number(text)
  return count <= most ? count : null
}

/** Words that spreadsheets write in English, German, French, Spanish and Portuguese. */
const yes = new Set(
  words('✓ ✔ ✅ ☑ checked true yes y 1 1.0 x t wahr ja vrai oui verdadero sí si verdadeiro sim'),
)
const no = new Set(words('✗ ✘ ❌ ☐ unchecked false no n 0 0.0 f falsch nein faux non falso não nao'))

function words(text: string): string[] {
  return text.split(' ')
}

export function readYesNo(text: string): boolean | null {
  const word = text.toLowerCase().replace('\ufe0f', '')
  return yes.has(word) ? true : no.has(word) ? false : null
}

/** Splits `a, b; c` or `[{"name":"a"}]` into distinct items, in order. */
export function readList(cells: readonly string[]): string[] {
  const items = cells.flatMap(
    (cell) => namesInJson(cell) ?? cell.replace(/^\[(.*)\]$/, '$1').split(/[,;|\n]/),
  )
  return [
    ...new Set(
      items.map((item) => item.trim().replace(/^(["'])(.*)\1$/, '$2')).filter((item) => item !== ''),
    ),
  ]
}
