/** A user in a narrow column: the local part of the email. `—` for none. */
export function personBrief(person: { email: string } | null): string {
  return person === null ? '—' : person.email.replace(/@[^@]*$/, '')
}
