/** A person in little room: as one names them on the line, where nobody else is called that. `—` for nobody. */
export function personBrief(person: { email: string } | null): string {
  return person === null ? '—' : person.email.replace(/@[^@]*$/, '')
}
