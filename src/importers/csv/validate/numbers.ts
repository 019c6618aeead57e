/** The largest that Decimal(10,2) and an integer column hold. */
const mostHours = 99_999_999.99
const mostCount = 2_147_483_647

/** Hours with two digits, from hours or seconds; null for anything but a plain number that is not negative. */
export function readHours(text: string, unit: 'hours' | 'seconds'): string | null {
  if (!/^\d{1,12}(?:\.\d{1,12})?$/.test(text)) return null
  const hours = Number(text) / (unit === 'seconds' ? 3600 : 1)
  return hours <= mostHours ? hours.toFixed(2) : null
}

/** A whole number that is not negative; null for anything else. */
export function readCount(text: string): number | null {
  if (!/^\d{1,10}$/.test(text)) return null
  const count = Number(text)
  return count <= mostCount ? count : null
}

const yes = new Set(['true', 'yes', 'y', '1', 'x', 't'])
const no = new Set(['false', 'no', 'n', '0', 'f'])

export function readYesNo(text: string): boolean | null {
  const word = text.toLowerCase()
  return yes.has(word) ? true : no.has(word) ? false : null
}

/** `a, b; c` → each once, in order. */
export function readList(cells: readonly string[]): string[] {
  const items = cells.flatMap((cell) => cell.replace(/^\[(.*)\]$/, '$1').split(/[,;|]/))
  return [
    ...new Set(
      items.map((item) => item.trim().replace(/^(["'])(.*)\1$/, '$2')).filter((item) => item !== ''),
    ),
  ]
}
