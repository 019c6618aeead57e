/** Full names and the abbreviations of real exports, January first: English, Spanish, German, French, Portuguese. */
const names: readonly string[] = [
  'january jan enero ene januar jänner janvier janv janeiro',
  'february feb febrero februar feber février févr fév fevereiro fev',
  'march mar marzo märz mär mrz mars março',
  'april apr abril abr avril avr',
  'may mayo mai maio',
  'june jun junio juni juin junho',
  'july jul julio juli juillet juil julho',
  'august aug agosto ago août aoû',
  'september sep sept septiembre setiembre septembre setembro set',
  'october oct octubre oktober okt octobre outubro out',
  'november nov noviembre novembre novembro',
  'december dec diciembre dic dezember dez décembre déc dezembro',
]

const monthByName = new Map(
  names.flatMap((line, index) => line.split(' ').map((name) => [plain(name), index + 1] as const)),
)

/** `Sep`, `sept.`, `März` → 1–12; undefined for any other word. */
export function monthNumber(name: string): number | undefined {
  return monthByName.get(name) ?? monthByName.get(name.toLowerCase()) ?? monthByName.get(plain(name))
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f.]/g, '')
}
