import { isMetricId, type MetricId } from '../../domain/metric.js'
import type { GateValue } from '../../domain/gate.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { inputName } from '../../flags/text-file.js'
import { isRecord, readJson } from './gates-file.js'
import { monthFigures } from './month-figures.js'

/**
 * The figures in a file that `cto metrics kpis --json` (or `engineering`, `sla`, …) or `cto metrics snapshot --json`
 * has written.
 *
 * @throws NotFoundError, CtoError INVALID_VALUE
 */
export async function readFigures(ctx: Context, name: string): Promise<Map<MetricId, GateValue>> {
  const hint = `write it with cto metrics kpis --json -o ${name === '-' ? 'FILE' : name}`
  const content = await readJson(ctx, name, hint)
  const data = isRecord(content) ? content['data'] : undefined
  if (isRecord(data) && Array.isArray(data['monthly'])) {
    const last: unknown = data['monthly'].at(-1)
    if (isRecord(last)) return monthFigures(last)
  }
  const figures = isRecord(data)
    ? Object.entries(data).flatMap(([id, figure]) =>
        isMetricId(id) && isRecord(figure) && isValue(figure['value'])
          ? [[id, figure['value']] as const]
          : [],
      )
    : []
  if (figures.length > 0) return new Map(figures)
  throw new CtoError('INVALID_VALUE', `${inputName(name)} holds no figures`, { hint })
}

function isValue(value: unknown): value is GateValue {
  return value === null || typeof value === 'number' || typeof value === 'string'
}
