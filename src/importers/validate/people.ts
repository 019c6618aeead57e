import { isEmail } from '../../domain/user.js'
import { namesInJson } from './json-cells.js'
import { detached, isAbsent, valueKey } from '../spelling.js'

export interface NamedPerson {
  /** Lower-case. */
  email: string
  /** As the source or the file of people writes it; null if both give only the address. */
  name: string | null
}

/** A person with the logins and names that sources use for them. */
export interface KnownPerson {
  email: string
  /** Absent or null: unknown. */
  name?: string | null
  labels: readonly string[]
}

/** Finds a person by a login, a name or the email; null if unknown. */
export type FindPerson = (label: string) => NamedPerson | null

/** The people in a cell. */
export interface ReadPeople {
  /** Null: the cell names no one. Undefined: all named people are unknown. */
  person: NamedPerson | null | undefined
  /** The number of other people in the cell: a bug has one assignee. */
  others: number
}

/** Default assignees of trackers. */
const placeholders = /^(?:unassigned|nobody|no[ _-]?one|no[ _-]?owner|not assigned)(?:@.*)?$/i

/**
 * Reads an email, `Name <email>`, or a login or name that `find` finds; of several in one cell the first with an email or a
 * match.
 */
export function personReader(find: FindPerson): (cell: string) => ReadPeople {
  const seen = new Map<string, ReadPeople>()
  return (cell) => {
    const known = seen.get(cell)
    if (known !== undefined) return known
    const text = detached(cell)
    const people = readPeople(text.trim(), find)
    // A source usually has few people; the limit bounds memory for one with very many.
    if (seen.size < 100_000) seen.set(text, people)
    return people
  }
}

function readPeople(text: string, find: FindPerson): ReadPeople {
  const whole = readPerson(text, find) ?? surnameFirst(text, find)
  if (whole !== undefined || isPlaceholder(text)) return { person: whole ?? null, others: 0 }
  const named = namesIn(text)
    .flatMap((name) => (readPerson(name, find) === undefined ? joinedNames(name) : [name]))
    .filter((name) => !isPlaceholder(name))
  if (named.length === 0) return { person: null, others: 0 }
  const person = named.map((name) => readPerson(name, find)).find((found) => found !== undefined)
  return { person, others: named.length - 1 }
}

/** Undefined: unknown. */
function readPerson(label: string, find: FindPerson): NamedPerson | undefined {
  const [, name = '', address] = /^([^<>]*)<([^<>\s]+)>$/.exec(label) ?? []
  const email = (address ?? label).toLowerCase().replace(/^mailto:/, '')
  const given = name.trim().replace(/^"(.*)"$/, '$1')
  if (isPlaceholder(email)) return undefined
  if (isEmail(email)) return given === '' ? withEmail(email, find) : { email, name: given }
  // `@ann`, and `ann (Ann Lee)`.
  const [, login, title] = /^(.+?)\s*\((.+)\)$/.exec(label) ?? []
  for (const each of [label, label.replace(/^@/, ''), login, title]) {
    if (each === undefined) continue
    if (isEmail(each.toLowerCase())) return withEmail(each.toLowerCase(), find)
    const known = find(each)
    if (known !== null) return known
  }
  return undefined
}

function withEmail(email: string, find: FindPerson): NamedPerson {
  const known = find(email)
  return { email, name: known?.email === email ? known.name : null }
}

/** Reads `Lee, Ann` as one person if Ann Lee is known. */
function surnameFirst(text: string, find: FindPerson): NamedPerson | undefined {
  const [, surname, name] = /^([^,;|<>"@]+),\s*([^,;|<>"@]+)$/.exec(text) ?? []
  const known = surname === undefined || name === undefined ? null : find(`${name} ${surname}`)
  return known ?? undefined
}

function isPlaceholder(label: string): boolean {
  return isAbsent(label) || placeholders.test(label)
}

/** Splits `ann, bo`, `ann;bo`, `["ann"]`, `{ann,bo}`, `[{"login":"ann"}]` or `"Lee, Ann" <ann@example.com>; bo` into names. */
function namesIn(text: string): string[] {
  const listed = namesInJson(text)
  if (listed !== null) return listed
  const parts = text.replace(/^\[(.*)\]$|^\{(.*)\}$/s, '$1$2').match(/(?:"[^"]*"|[^,;|\n"])+/g) ?? []
  return parts.map((part) => part.trim().replace(/^(["'])([^"']*)\1$/, '$2')).filter((part) => part !== '')
}

/** Splits `Ann Lee / Bo Kim` and `Ann & Bo`; only for a text that is no known name as a whole, since a team may be called `R&D`. */
function joinedNames(name: string): string[] {
  return name
    .split(/[/&]|\s(?:\+|and|und|et|y|e|och)\s/i)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Finds people by name, login, their email or its local part; a label that several share finds none. */
export function peopleIndex(people: Iterable<KnownPerson>): FindPerson {
  const byLabel = new Map<string, NamedPerson | null>()
  for (const { email, name = null, labels } of people) {
    const localPart = email.slice(0, email.indexOf('@'))
    for (const label of new Set([...labels, localPart, email].map(valueKey))) {
      const known = byLabel.get(label)
      const isTheirs = known === undefined || known?.email === email
      byLabel.set(label, isTheirs ? { email, name: known?.name ?? name } : null)
    }
  }
  return (label) => byLabel.get(valueKey(label)) ?? null
}
