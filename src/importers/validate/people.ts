import { isEmail } from '../../domain/user.js'
import { detached, isAbsent, valueKey } from '../spelling.js'

export interface Person {
  /** Lower-case. */
  email: string
  /** As the source writes it; null where it gives only the address. */
  name: string | null
}

/** A person with the logins and names that sources use for them. */
export interface KnownPerson {
  email: string
  labels: readonly string[]
}

/** Finds the email of somebody known by a login or a name; null for a stranger. */
export type FindPerson = (label: string) => string | null

const nobodies = new Set(['unassigned', 'nobody', 'nobody@mozilla.org', 'noowner'].map(valueKey))

/**
 * An email, `Name <email>`, or a login or name that `find` knows. Null: nobody is named. Undefined: somebody
 * is, but nobody knows who that is.
 */
export function personReader(find: FindPerson): (cell: string) => Person | null | undefined {
  const seen = new Map<string, Person | null | undefined>()
  return (cell) => {
    if (seen.has(cell)) return seen.get(cell)
    const text = detached(cell)
    const person = readPerson(text, find)
    // A source has few people; one with endless different ones must not fill the memory.
    if (seen.size < 100_000) seen.set(text, person)
    return person
  }
}

function readPerson(text: string, find: FindPerson): Person | null | undefined {
  const label = text.trim()
  if (isAbsent(label) || nobodies.has(valueKey(label))) return null
  const [, name = '', address] = /^([^<>]*)<([^<>\s]+)>$/.exec(label) ?? []
  const email = (address ?? label).toLowerCase()
  const given = name.trim().replace(/^"(.*)"$/, '$1')
  if (isEmail(email)) return { email, name: given === '' ? null : given }
  const known = find(label)
  return known === null ? undefined : { email: known, name: null }
}

/** Looks people up by name, login or the local part of their email; whoever shares a label is nobody. */
export function peopleIndex(people: Iterable<KnownPerson>): FindPerson {
  const byLabel = new Map<string, string | null>()
  for (const { email, labels } of people) {
    const localPart = email.slice(0, email.indexOf('@'))
    for (const label of new Set([...labels, localPart].map(valueKey))) {
      const known = byLabel.get(label)
      byLabel.set(label, known === undefined || known === email ? email : null)
    }
  }
  return (label) => byLabel.get(valueKey(label)) ?? null
}
