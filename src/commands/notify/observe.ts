import { findGroups } from '../../data/notify/groups.js'
import type { GroupVerdicts } from '../../data/notify/plan-run.js'
import type { StoredRule } from '../../data/notify/rules.js'
import { getGateValues } from '../../data/metrics/gate-values.js'
import type { Scope } from '../../data/metrics/scope.js'
import type { Named } from '../../data/names.js'
import { judge, type Gate } from '../../domain/gate.js'
import type { Db } from '../../engine/client.js'
import type { Context } from '../../context.js'
import { anyScopeOf } from '../../flags/scope.js'
import { scopeOptions } from './rule-options.js'

/** Compares the figures of a rule with its gate, of each group. */
export async function observeGate(
  db: Db,
  ctx: Context,
  { rule, gate }: { rule: StoredRule; gate: Gate },
): Promise<GroupVerdicts> {
  const scope = await anyScopeOf(db, ctx, { options: scopeOptions(rule.scope), ids: [gate.id] })
  const { groupBy } = rule
  const groups =
    groupBy === 'none' || groupBy === 'author'
      ? [{ name: '', scope }]
      : (await findGroups(db, groupBy)).map((group) => ({
          name: group.name,
          scope: within(scope, groupBy, group),
        }))
  const verdicts: [string, { observation: 'holds' | 'clear' | 'noData'; reason: string }][] = []
  for (const group of groups) {
    const { values, before } = await getGateValues(db, { gates: [gate], scope: group.scope })
    const value = values.get(gate.id) ?? null
    const { tripped, reason, limit } = judge(gate, {
      value,
      baseline: before.get(gate.id) ?? null,
      allowNull: true,
    })
    const observation = value === null || limit === null ? 'noData' : tripped ? 'holds' : 'clear'
    verdicts.push([group.name, { observation, reason }])
  }
  return new Map(verdicts)
}

function within(scope: Scope, groupBy: 'project' | 'repository' | 'organization', { id }: Named): Scope {
  const only = { values: [id], none: false, negate: false }
  const { delivery = {} } = scope
  switch (groupBy) {
    case 'project':
      return {
        ...scope,
        filter: { ...scope.filter, project: only },
        delivery: { ...delivery, project: only },
      }
    case 'repository':
      return { ...scope, delivery: { ...delivery, repo: only } }
    case 'organization':
      return { ...scope, delivery: { ...delivery, org: only } }
  }
}
