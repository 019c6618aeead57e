import { advance, firingGroups, quietAlert, type Observation } from '../../domain/delivery/alert.js'
import { parseCondition, type EventFilters, type EventName } from '../../domain/delivery/condition.js'
import { dayMs } from '../../domain/duration.js'
import type { Gate } from '../../domain/gate.js'
import type { Db } from '../../engine/client.js'
import { inSavepoint } from '../../engine/savepoint.js'
import { CtoError, exitCodes } from '../../errors.js'
import { findEvents, type HappenedEvent } from './events.js'
import { logNotification, startDueAttempts } from './log.js'
import { findEnabledRules, saveRuleState, type StoredRule } from './rules.js'
import { lockTable } from '../lock-table.js'

/** What a gate is for each group of a rule. */
export type GroupVerdicts = ReadonlyMap<string, { observation: Observation; reason: string }>

interface PlanRun {
  now: Date
  /** Compares the figures of a rule with its gate. */
  observe(rule: StoredRule, gate: Gate): Promise<GroupVerdicts>
}

export interface PlannedRun {
  /** The ids of the messages that are to be sent. */
  ids: string[]
  /** The rules that could not be evaluated: what a rule names can be deleted or renamed after it was made. */
  problems: RuleProblem[]
}

export interface RuleProblem {
  rule: string
  error: CtoError
}

/** Only one run at a time: until the end of the transaction. Rules may still be read and changed. */
export async function lockRuns(tx: Db): Promise<void> {
  await lockTable(tx, 'notification_rules')
}

/**
 * Evaluates every enabled rule and logs the messages that follow as being sent, with those that are due again. They are to be sent
 * once the transaction is committed: a second run then finds them logged. A rule that cannot be evaluated keeps its state, as
 * one without data does, and the others are evaluated.
 */
export async function planRun(tx: Db, { now, observe }: PlanRun): Promise<PlannedRun> {
  await lockRuns(tx)
  const ids = await startDueAttempts(tx, now)
  const problems: RuleProblem[] = []
  const firing = new Set<string>()
  for (const rule of await findEnabledRules(tx)) {
    const before = 'groups' in rule.state ? firingGroups(rule.state) : []
    try {
      ids.push(...(await inSavepoint(tx, () => evaluate(tx, { rule, observe, now, firing }))))
    } catch (error) {
      if (!isAboutRule(error)) throw error
      problems.push({ rule: rule.name, error })
      if (before.length > 0) firing.add(rule.id)
    }
  }
  return { ids, problems }
}

interface Evaluate extends PlanRun {
  rule: StoredRule
  /** The rules that fire; the rule is added if it does. */
  firing: Set<string>
}

async function evaluate(tx: Db, { rule, observe, now, firing }: Evaluate): Promise<string[]> {
  const condition = parseCondition(rule.condition)
  const heldBack = holdingBack(rule, { firing, now })
  if (condition.kind === 'event') return tellEvents(tx, { rule, ...condition, heldBack, now })
  const verdicts = await observe(rule, condition.gate)
  return advanceRule(tx, { rule, verdicts, heldBack, now, firing })
}

/** Whether what failed is the rule, and not the database, for which every rule would fail. */
function isAboutRule(error: unknown): error is CtoError {
  const ofRule: readonly number[] = [exitCodes.usage, exitCodes.notFound, exitCodes.setup]
  return error instanceof CtoError && ofRule.includes(error.exitCode)
}

type HeldBack = (group: string) => string | null

function holdingBack(
  rule: StoredRule,
  { firing, now }: { firing: ReadonlySet<string>; now: Date },
): HeldBack {
  const { silences, inhibitedBy, inhibitedById } = rule
  const current = silences.filter(({ until }) => new Date(until) > now)
  return (group) => {
    if (inhibitedById !== null && firing.has(inhibitedById))
      return `inhibited by ${inhibitedBy ?? inhibitedById}`
    const silence = current.find((each) => each.group === null || each.group === group)
    return silence === undefined ? null : `silenced until ${silence.until}`
  }
}

interface AdvanceRule {
  rule: StoredRule
  verdicts: GroupVerdicts
  heldBack: HeldBack
  now: Date
  /** The rules that fire are added. */
  firing: Set<string>
}

async function advanceRule(
  tx: Db,
  { rule, verdicts, heldBack, now, firing }: AdvanceRule,
): Promise<string[]> {
  const { forRuns, repeatMinutes } = rule
  const before = 'groups' in rule.state ? rule.state : quietAlert
  const observed = new Map<string, Observation>([
    // Of a project that is not active any more, or was renamed, no later run could tell the end.
    ...Object.keys(before.groups).map((group) => [group, 'clear'] as const),
    ...[...verdicts].map(([group, { observation }]) => [group, observation] as const),
  ])
  const { state, messages } = advance(before, { observed, now, forRuns, repeatMinutes, heldBack })
  await saveRuleState(tx, rule.id, state)
  if (firingGroups(state).length > 0) firing.add(rule.id)
  const ids: string[] = []
  for (const { kind, groups, ended, heldBack: suppressed } of messages) {
    const item = (state: string) => (group: string) => ({
      group,
      state,
      text: verdicts.get(group)?.reason ?? 'no longer there',
      url: null,
    })
    const items = [...groups.map(item(kind === 'firing' ? 'firing' : 'ended')), ...ended.map(item('ended'))]
    ids.push(...(await log(tx, { rule, kind, groups, items, suppressed, now })))
  }
  return ids
}

interface TellEvents {
  rule: StoredRule
  event: EventName
  filters: EventFilters
  heldBack: HeldBack
  now: Date
}

/** Events of the last day that no run reported. */
async function tellEvents(tx: Db, { rule, event, filters, heldBack, now }: TellEvents): Promise<string[]> {
  const since = new Date(now.getTime() - dayMs)
  const seen = Object.entries(rule.state.seen ?? {}).filter(([, at]) => new Date(at) > since)
  const known = seen.map(([key]) => key)
  const fresh = await findEvents(tx, { event, filters, since, until: now, madeAfter: rule.createdAt, known })
  if (fresh.length === 0) return []
  const all = [...seen, ...fresh.map(({ key, at }) => [key, at.toISOString()] as const)]
  await saveRuleState(tx, rule.id, { ...quietAlert, seen: Object.fromEntries(all) })
  const ids: string[] = []
  for (const isHeld of [false, true]) {
    const some = fresh.filter((each) => (heldBack(groupOf(rule, each)) !== null) === isHeld)
    if (some.length === 0) continue
    const groups = [...new Set(some.map((each) => groupOf(rule, each)))]
    const items = some.map((each) => ({
      group: groupOf(rule, each) || (each.repository ?? each.project ?? ''),
      state: 'happened',
      text: each.text,
      url: each.url,
    }))
    const suppressed = isHeld ? heldBack(groups[0] ?? '') : null
    ids.push(...(await log(tx, { rule, kind: 'event', groups, items, suppressed, now })))
  }
  return ids
}

function groupOf({ groupBy }: StoredRule, event: HappenedEvent): string {
  return groupBy === 'none' ? '' : (event[groupBy] ?? '')
}

interface Log {
  rule: StoredRule
  kind: 'firing' | 'resolved' | 'event'
  groups: readonly string[]
  items: readonly object[]
  suppressed: string | null
  now: Date
}

/** Returns the ids of the messages to send; none for those that are held back. */
async function log(tx: Db, { rule, kind, groups, items, suppressed, now }: Log): Promise<string[]> {
  const { id: ruleId, name: ruleName, condition, target } = rule
  const body = { kind, rule: ruleName, condition, at: now.toISOString(), items }
  const id = await logNotification(tx, { ruleId, ruleName, kind, groups, target, body, suppressed }, now)
  return suppressed === null ? [id] : []
}
