import { CtoError } from '../errors.js'

export const plans = ['basic', 'pro', 'enterprise'] as const

export type Plan = (typeof plans)[number]

/** Records whose number a plan limits. */
export const limitedRecords = ['users', 'projects', 'bugs'] as const

export type LimitedRecord = (typeof limitedRecords)[number]

/** What a plan allows; null: no limit. */
interface PlanLimits extends Record<LimitedRecord, number | null> {
  /** Of the login of the workspace, at once. */
  connections: number
  /** The statement timeout of that login, in seconds: a default, which a session may change. */
  statementSeconds: number
}

const planLimits: Readonly<Record<Plan, PlanLimits>> = {
  basic: { users: 10, projects: 20, bugs: 50_000, connections: 5, statementSeconds: 10 },
  pro: { users: 100, projects: 500, bugs: 1_000_000, connections: 20, statementSeconds: 30 },
  enterprise: { users: null, projects: null, bugs: null, connections: 50, statementSeconds: 60 },
}

/** What the login of a workspace may use at once, and for how long. */
export function loginLimits(plan: Plan): Pick<PlanLimits, 'connections' | 'statementSeconds'> {
  return planLimits[plan]
}

/** Limits of one workspace, in place of those of its plan. */
export type OwnLimits = Readonly<Partial<Record<LimitedRecord, number | null>>>

/** How many records a workspace may hold; null: no limit. */
export type RowLimits = Readonly<Record<LimitedRecord, number | null>>

export function rowLimitsOf(plan: Plan, own: OwnLimits = {}): RowLimits {
  return {
    users: limitOf('users', plan, own),
    projects: limitOf('projects', plan, own),
    bugs: limitOf('bugs', plan, own),
  }
}

/** How many records of a kind a workspace may hold; null: no limit. */
export function limitOf(record: LimitedRecord, plan: Plan, own: OwnLimits = {}): number | null {
  const limit = own[record]
  return limit === undefined ? planLimits[plan][record] : limit
}

/** Words that cannot be domains, because they name something else. */
const reserved = ['none', 'all']

/** In lower case. @throws CtoError INVALID_VALUE */
export function requireDomain(text: string): string {
  const domain = text.trim().toLowerCase()
  const isDomain = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(domain) && domain.length <= 255
  const looksLikeId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(domain)
  if (isDomain && !looksLikeId && !reserved.includes(domain)) return domain
  throw new CtoError('INVALID_VALUE', `"${text}" cannot be the domain of a workspace`, {
    reason: 'letters, digits, dots and hyphens, as acme.com; no id, and none of none, all',
  })
}

const prefix = 'tenant_'
const longestSchema = 40

/**
 * The name of the schema of a new workspace, which its owner has too.
 *
 * @param tail six hexadecimal digits, where the plain name is taken; null for the plain name
 */
export function schemaNameOf(domain: string, tail: string | null): string {
  const end = tail === null ? '' : `_${tail}`
  const plain = `${prefix}${domain.replace(/[^a-z0-9]/g, '_')}`
  return plain.slice(0, longestSchema - end.length) + end
}

/** A name that does not show the domain. */
export function opaqueSchemaName(tail: string): string {
  return `${prefix}${tail}`
}
