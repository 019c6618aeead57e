import { idKey } from './fact-key.js'

/*
 * The identities of people as texts, for comparison: `github.com#7` is an id, `github.com/ada` a login, both at a host;
 * `ada@example.com` is an address, on every host.
 */

/** The identities of an account. */
export function identitiesOf(account: {
  host: string
  externalId: string | null
  login: string | null
  email: string | null
}): string[] {
  const { host, externalId, login, email } = account
  return [
    ...(externalId === null ? [] : [idKey(host, Number(externalId))]),
    ...(login === null ? [] : [loginIdentity(host, login)]),
    ...(email === null ? [] : [email.toLowerCase()]),
  ]
}

export function loginIdentity(host: string, login: string): string {
  return `${host}/${login.toLowerCase()}`
}

/** Begins where a word does: from each place of a long word without `@` to its end would be a square of its length. */
const address = /(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g
const mention = /(?<![\w@.])@([a-z\d](?:[a-z\d-]*[a-z\d])?(?:\[bot\])?)/gi
/** A page or an API address of a user, or of what a user owns. */
const userPath = /(?:\/users\/|\/\/[^/\s"]+\/(?!repos\/|users\/|u\/))([\w-]+)/gi
const avatar = /\/u\/(\d+)/g

/** Every identity that a payload of a host holds: in members that name accounts, and in texts. */
export function identitiesIn(payload: unknown, host: string): Set<string> {
  const found = new Set<string>()
  collect(payload, { host, found })
  return found
}

function collect(value: unknown, into: { host: string; found: Set<string> }): void {
  if (typeof value === 'string') collectText(value, into)
  else if (Array.isArray(value)) for (const each of value) collect(each, into)
  else if (typeof value === 'object' && value !== null) collectObject(value as Record<string, unknown>, into)
}

function collectObject(object: Record<string, unknown>, into: { host: string; found: Set<string> }): void {
  const { host, found } = into
  for (const [name, value] of Object.entries(object)) {
    if ((name === 'login' || name === 'username') && typeof value === 'string')
      found.add(loginIdentity(host, value))
    if (name === 'full_name' && typeof value === 'string')
      found.add(loginIdentity(host, value.split('/')[0] ?? ''))
    if ((name === 'id' && 'login' in object) || name.endsWith('_id')) {
      if (typeof value === 'number') found.add(idKey(host, value))
    }
    collect(value, into)
  }
}

function collectText(text: string, { host, found }: { host: string; found: Set<string> }): void {
  for (const [each] of text.matchAll(address)) found.add(each.toLowerCase())
  for (const [, login = ''] of text.matchAll(mention)) found.add(loginIdentity(host, login))
  for (const [, login = ''] of text.matchAll(userPath)) found.add(loginIdentity(host, login))
  for (const [, id] of text.matchAll(avatar)) found.add(idKey(host, Number(id)))
}
