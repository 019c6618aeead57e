import { randomUUID } from 'node:crypto'
import { firingGroups, type AlertState } from '../../domain/delivery/alert.js'
import type { Db } from '../../engine/client.js'
import { updateRows } from '../../engine/change-rows.js'
import { insertRows } from '../../engine/insert-rows.js'
import type { List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import { tableOf } from '../../engine/table.js'
import { CtoError, required } from '../../errors.js'
import type { Channel, Grouping } from '../../domain/delivery/notification.js'
import type { Rule, Silence } from '../../shapes/notification.js'
import { afterLocks, recordAudit, type Actor } from '../audit/audit.js'
import { getNamed, inTable, plainWays, type Named, type NamedRows } from '../names.js'
import { getWhollyNamed } from '../whole-names.js'

/** What a rule keeps between runs: the state of an alert, or the events that it reported. */
export interface RuleState extends AlertState {
  /** When each event happened, by its key, for as long as it could be reported again. */
  seen?: Readonly<Record<string, string>>
}

/** What is watched, and how the secret is used. */
export interface RuleScope {
  /** Flags of bug filters, as they were given. */
  filters?: Readonly<Record<string, unknown>>
  /** `7d`; default 30d. */
  since?: string
  /** The secret is the address; otherwise it signs. */
  secretIsTarget?: true
}

/** A rule as it is stored, for a run. */
export interface StoredRule extends Omit<Rule, 'scope' | 'firing'> {
  scope: RuleScope
  secretId: string | null
  inhibitedById: string | null
  state: RuleState
}

const columns = Prisma.sql`
  n.id::text, n.name, n.enabled, n.condition, n.scope, n.group_by AS "groupBy", n.channel, n.target,
  n.secret_id::text AS "secretId", s.name AS secret, n.for_runs AS "forRuns", n.repeat_minutes AS "repeatMinutes",
  n.inhibited_by_id::text AS "inhibitedById", i.name AS "inhibitedBy", n.silences, n.state,
  n.created_at AS "createdAt", n.updated_at AS "updatedAt"`
const from = Prisma.sql`
  notification_rules n
  LEFT JOIN secrets s ON s.id = n.secret_id
  LEFT JOIN notification_rules i ON i.id = n.inhibited_by_id`

const namedRules: NamedRows = {
  ...inTable('notification_rules', 'name'),
  what: 'rule named',
  plural: 'rules',
  listedBy: 'cto notify list',
  waysOf: plainWays,
}

/** By name. */
export const ruleList: List<Rule> = {
  columns,
  from,
  where: Prisma.sql`true`,
  sortable: { name: { sql: Prisma.sql`n.name`, type: Prisma.sql`text`, nullable: false } },
  order: [{ field: 'name', descending: false }],
  id: { sql: Prisma.sql`n.id`, type: Prisma.sql`uuid`, nullable: false },
  toItem: toRule,
}

/** @throws NotFoundError, CtoError AMBIGUOUS */
export function getRuleByName(db: Db, name: string): Promise<Named> {
  return getNamed(db, namedRules, name)
}

/** By its whole name or its id. @throws NotFoundError, CtoError AMBIGUOUS */
export function getRuleByWholeName(db: Db, name: string): Promise<Named> {
  return getWhollyNamed(db, namedRules, name)
}

export async function getRule(db: Db, id: string): Promise<StoredRule> {
  const [row] = await db.$queryRaw<StoredRule[]>`SELECT ${columns} FROM ${from} WHERE n.id = ${id}::uuid`
  return required(row, 'the rule that was just found')
}

/** The enabled ones, by name; each after the rule that inhibits it. */
export async function findEnabledRules(db: Db): Promise<StoredRule[]> {
  const rules = await db.$queryRaw<
    StoredRule[]
  >`SELECT ${columns} FROM ${from} WHERE n.enabled ORDER BY n.name`
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const depth = ({ inhibitedById }: StoredRule): number => {
    const above = inhibitedById === null ? undefined : byId.get(inhibitedById)
    return above === undefined ? 0 : 1 + depth(above)
  }
  return rules.sort((a, b) => depth(a) - depth(b))
}

export function toRule({ secretId: _, inhibitedById: __, state, ...rule }: StoredRule): Rule {
  return { ...rule, firing: 'groups' in state ? firingGroups(state) : [] }
}

/** What users set of a rule. */
export interface RuleValues {
  name: string
  enabled: boolean
  condition: string
  scope: RuleScope
  groupBy: Grouping
  channel: Channel
  target: string
  secretId: string | null
  forRuns: number
  repeatMinutes: number
  inhibitedById: string | null
  silences: readonly Silence[]
}

/** @throws CtoError CONFLICT where another rule has the name */
export async function createRule(
  tx: Db,
  { values, actor }: { values: RuleValues; actor: Actor },
): Promise<Rule> {
  const id = randomUUID()
  await requireFree(tx, values.name, id)
  const { now, userId } = actor
  const row = { ...storable(values), id, createdById: userId, createdAt: now, updatedAt: now }
  await insertRows(tx, 'notification_rules', [row])
  await audit(tx, actor, { action: 'notify.create', id, fields: Object.keys(values) })
  return toRule(await getRule(tx, id))
}

/**
 * Changes a rule. Another condition, scope or grouping resets its state: what fired before is forgotten.
 *
 * @throws CtoError CONFLICT where another rule has the name, INVALID_VALUE where rules would inhibit each other in a circle
 */
export async function updateRule(
  tx: Db,
  { id, values, actor, action = 'notify.update' }: UpdateRule,
): Promise<Rule> {
  if (values.name !== undefined) await requireFree(tx, values.name, id)
  const { inhibitedById = null } = values
  if (inhibitedById !== null) await requireNoCircle(tx, id, inhibitedById)
  const restarts =
    values.condition !== undefined || values.scope !== undefined || values.groupBy !== undefined
  const { now } = afterLocks(actor)
  const row = { ...storable(values), ...(restarts && { state: '{}' }), updatedAt: now }
  const fields = Object.keys(row) as (keyof typeof row)[]
  await updateRows(tx, tableOf('notification_rules'), { rows: [{ ...row, id }], fields })
  await audit(tx, actor, { action, id, fields: Object.keys(values) })
  return toRule(await getRule(tx, id))
}

interface UpdateRule {
  id: string
  values: Partial<RuleValues>
  actor: Actor
  action?: string
}

export async function deleteRule(tx: Db, id: string, actor: Actor): Promise<void> {
  await tx.$executeRaw`DELETE FROM notification_rules WHERE id = ${id}::uuid`
  await audit(tx, actor, { action: 'notify.delete', id, fields: [] })
}

/** Not audited: every run writes it. */
export async function saveRuleState(tx: Db, id: string, state: RuleState): Promise<void> {
  await tx.$executeRaw`
    UPDATE notification_rules SET state = ${JSON.stringify(state)}::jsonb, updated_at = updated_at WHERE id = ${id}::uuid`
}

/** The columns: JSON is text. */
function storable({ scope, silences, ...plain }: Partial<RuleValues>) {
  return {
    ...plain,
    ...(scope !== undefined && { scope: JSON.stringify(scope) }),
    ...(silences !== undefined && { silences: JSON.stringify(silences) }),
  }
}

async function requireFree(tx: Db, name: string, id: string): Promise<void> {
  const [taken] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM notification_rules WHERE lower(name) = lower(${name}) AND id <> ${id}::uuid`
  if (taken)
    throw new CtoError('CONFLICT', `there is a rule "${name}" already`, { hint: `cto notify show "${name}"` })
}

async function requireNoCircle(tx: Db, id: string, inhibitedById: string): Promise<void> {
  for (let above: string | null = inhibitedById; above !== null;) {
    if (above === id)
      throw new CtoError('INVALID_VALUE', 'the rules would inhibit each other', { hint: 'cto notify list' })
    above = (await getRule(tx, above)).inhibitedById
  }
}

async function audit(
  tx: Db,
  actor: Actor,
  { action, id, fields }: { action: string; id: string; fields: readonly string[] },
): Promise<void> {
  await recordAudit(tx, actor, [
    { action, entityType: 'notificationRule', entityId: id, details: { fields: [...fields] } },
  ])
}
