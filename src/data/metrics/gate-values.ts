import { needsBaseline, type Gate, type GateValue } from '../../domain/gate.js'
import type { Db } from '../../engine/client.js'
import { getFigures } from './figures.js'
import { windowBefore, type Scope } from './scope.js'

interface GetGateValues {
  gates: readonly Gate[]
  scope: Scope
  /** Figures with which changes are compared; absent: those of the window before. */
  baseline?: ReadonlyMap<string, GateValue> | undefined
}

/** By metric: the figures of the window, and of the one of the same length before where a gate asks for a change. */
export async function getGateValues(
  db: Db,
  { gates, scope, baseline }: GetGateValues,
): Promise<{ values: ReadonlyMap<string, GateValue>; before: ReadonlyMap<string, GateValue> }> {
  const ids = [...new Set(gates.map(({ id }) => id))]
  const changing = [...new Set(gates.filter(needsBaseline).map(({ id }) => id))]
  const valuesOf = (figures: readonly { id: string; value: GateValue }[]) =>
    new Map(figures.map(({ id, value }) => [id, value]))
  const values = valuesOf(await getFigures(db, { ids, scope }))
  if (baseline) return { values, before: baseline }
  if (changing.length === 0) return { values, before: new Map<string, GateValue>() }
  const earlier = await windowBefore(db, scope)
  return { values, before: valuesOf(await getFigures(db, { ids: changing, scope: earlier })) }
}
