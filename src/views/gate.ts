import { type GateResult } from '../domain/gate.js'
import type { RecordView } from '../output/field.js'

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
    { name: 'value', header: 'VALUE', align: 'right', omit: 2 },
    { name: 'limit', header: 'LIMIT', align: 'right', omit: 1 },
    { name: 'baseline', header: 'BASELINE', align: 'right' },
    { name: 'reason', header: 'WHY', shrink: 1, omit: 3 },
  ],
}
