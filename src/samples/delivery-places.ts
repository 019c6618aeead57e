import { dayMs } from '../domain/duration.js'
import { sampleId } from './ids.js'

/* Three people, their organizations, repositories and accounts. */

const people = ['alice', 'bob', 'charlie'] as const
export type DeliveryPerson = (typeof people)[number]

const places = ['techcorp', 'startup-inc', 'personal'] as const
type Place = (typeof places)[number]

const repositories = ['platform', 'app', 'notes'] as const
export type DeliveryRepository = (typeof repositories)[number]

const id = (kind: Parameters<typeof sampleId>[1], n: number) => sampleId('delivery', kind, n)
const userId = (person: DeliveryPerson) => id('user', people.indexOf(person) + 1)
const organizationId = (place: Place) => id('organization', places.indexOf(place) + 1)

export const repositoryId = (name: DeliveryRepository) => id('repository', repositories.indexOf(name) + 1)
export const accountId = (name: DeliveryPerson | 'bot') =>
  id('account', name === 'bot' ? people.length + 1 : people.indexOf(name) + 1)

export function deliveryUsers(created: Date) {
  const user = (person: DeliveryPerson, name: string, role: string) => ({
    id: userId(person),
    email: `${person}@example.com`,
    name,
    role,
    createdAt: created,
    updatedAt: created,
  })
  return [
    user('alice', 'Alice Moreau', 'manager'),
    user('bob', 'Bob Lindgren', 'senior_engineer'),
    user('charlie', 'Charlie Okafor', 'engineer'),
  ]
}

export function deliveryOrganizations(created: Date) {
  const organization = (slug: Place, name: string, kind: string, plan: string) => ({
    id: organizationId(slug),
    slug,
    name,
    kind,
    plan,
    createdAt: created,
    updatedAt: created,
  })
  return [
    organization('techcorp', 'TechCorp', 'company', 'pro'),
    organization('startup-inc', 'Startup Inc', 'company', 'free'),
    organization('personal', 'Personal', 'personal', 'free'),
  ]
}

export function deliveryMembers(created: Date) {
  const members: [Place, DeliveryPerson, string][] = [
    ['techcorp', 'alice', 'owner'],
    ['techcorp', 'bob', 'member'],
    ['startup-inc', 'bob', 'admin'],
    ['startup-inc', 'charlie', 'member'],
    ['personal', 'charlie', 'owner'],
  ]
  return members.map(([place, person, role], i) => ({
    id: id('member', i + 1),
    userId: userId(person),
    organizationId: organizationId(place),
    role,
    joinedAt: created,
    createdAt: created,
  }))
}

interface Synced {
  created: Date
  now: Date
}

/** One in each organization, each in a language of its own; what happened there is known since they were created. */
export function deliveryRepositories({ created, now }: Synced) {
  const repository = (place: Place, owner: string, name: DeliveryRepository, language: string) => ({
    id: repositoryId(name),
    organizationId: organizationId(place),
    host: 'github.com',
    fullName: `${owner}/${name}`,
    url: `https://github.com/${owner}/${name}`,
    defaultBranch: 'main',
    language,
    isPrivate: place !== 'personal',
    sensitivity: place === 'personal' ? 'public' : 'internal',
    syncedFrom: created,
    syncedThrough: now,
    createdAt: created,
  })
  return [
    repository('techcorp', 'example-techcorp', 'platform', 'TypeScript'),
    repository('startup-inc', 'example-startup', 'app', 'Python'),
    repository('personal', 'example-charlie', 'notes', 'Go'),
  ]
}

export function deliveryAccounts(created: Date) {
  const account = (name: DeliveryPerson | 'bot', login: string) => ({
    id: accountId(name),
    userId: name === 'bot' ? null : userId(name),
    host: 'github.com',
    login,
    isBot: name === 'bot',
    createdAt: created,
  })
  return [
    ...people.map((person) => account(person, `example-${person}`)),
    account('bot', 'example-updates[bot]'),
  ]
}

const rules = {
  waiting: { name: 'reviews wait', condition: 'pr.waiting>2', groupBy: 'repository' },
  failures: { name: 'deployment failed', condition: 'event deployment.failure', groupBy: 'none' },
}

export function deliveryRules(created: Date) {
  return Object.values(rules).map((rule, i) => ({
    id: id('rule', i + 1),
    organizationId: organizationId('techcorp'),
    ...rule,
    channel: 'stdout',
    target: 'stdout',
    createdById: userId('alice'),
    createdAt: created,
    updatedAt: created,
  }))
}

/** A message that was sent, and one that was not, since the rule had been silenced. */
export function deliveryNotifications(sent: Date) {
  const notification = (n: number, status: 'sent' | 'suppressed', reason: string | null) => ({
    id: id('notification', n),
    ruleId: id('rule', 1),
    ruleName: rules.waiting.name,
    deliveryId: `sample-${n}`,
    attempt: 1,
    kind: 'firing',
    groups: ['example-techcorp/platform'],
    status,
    reason,
    target: 'stdout',
    finishedAt: sent,
    createdAt: sent,
  })
  return [notification(1, 'sent', null), notification(2, 'suppressed', 'silenced')]
}

/** Keys to look at: no text is known that has these hashes. */
export function deliveryKeys({ created, now }: Synced) {
  const key = (n: number, name: string, scopes: readonly string[], revokedAt: Date | null) => ({
    id: id('key', n),
    organizationId: organizationId('techcorp'),
    userId: userId('alice'),
    name,
    prefix: `cto_sample0${n}`,
    hash: `5eed${String(n).padStart(60, '0')}`,
    scopes,
    expiresAt: new Date(now.getTime() + 60 * dayMs),
    revokedAt,
    createdAt: created,
  })
  return [key(1, 'nightly ingest', ['ingest'], null), key(2, 'old reports', ['read'], now)]
}
