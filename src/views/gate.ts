import { type GateResult, type GateValue } from '../domain/gate.js'
import type { MetricId } from '../domain/metric.js'
import { quantity } from '../domain/quantity.js'
import { empty, type RecordView } from '../output/field.js'

export const gateView: RecordView<GateResult> = {
  name: 'gate',
  plural: 'gates',
  shape: 'gate',
  id: ({ id }) => id,
  defaults: ['tripped', 'gate', 'value', 'limit', 'reason'],
  fields: [
    {
      name: 'tripped',
      header: 'GATE',
      text: ({ tripped }, { style }) => (tripped ? style.danger('tripped') : style.good('passed')),
    },
    { name: 'gate', header: 'CONDITION', shrink: 2 },
    { name: 'id', header: 'METRIC' },
    {
      name: 'value',
      header: 'VALUE',
      text: ({ id, value }) => quantityText(id, value),
      align: 'right',
      omit: 2,
    },
    {
      name: 'limit',
      header: 'LIMIT',
      text: ({ id, limit }) => quantityText(id, limit),
      align: 'right',
      omit: 1,
    },
    {
      name: 'baseline',
      header: 'BASELINE',
      text: ({ id, baseline }) => quantityText(id, baseline),
      align: 'right',
    },
    { name: 'reason', header: 'WHY', shrink: 1, omit: 3 },
  ],
}

function quantityText(id: MetricId, value: GateValue): string {
  return value === null ? empty : quantity(id, value)
}
