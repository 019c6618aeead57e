/** One figure as a gauge. */
export interface Gauge {
  /** A metric id, as `sla.compliance`. */
  id: string
  help: string
  /** As the registry has it: `bugs`, `USD/day`. */
  unit: string
  /** Null: there is no data, and so no sample. */
  value: number | string | null
  n: number
}

/**
 * OpenMetrics 1.0 text, which Prometheus and its text-file collector read. Names end in their unit, as the
 * format demands: `open.critical` in bugs is `cto_open_critical_bugs`. Sample sizes are one family of their own.
 *
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetrics(gauges: readonly Gauge[], labels: Record<string, string> = {}): string {
  const families = gauges.map(({ id, help, unit, value }) => {
    const suffix = word(unit.replace('/', '_per_'))
    const name = withUnit(`cto_${word(id)}`, suffix)
    return [
      `# TYPE ${name} gauge`,
      `# UNIT ${name} ${suffix}`,
      `# HELP ${name} ${escapeText(help)}`,
      ...(value === null ? [] : [`${name}${labelText(labels)} ${value}`]),
    ]
  })
  const sizes = [
    '# TYPE cto_sample_size gauge',
    '# HELP cto_sample_size How many bugs, projects or people a figure was made from.',
    ...gauges.map(({ id, n }) => `cto_sample_size${labelText({ metric: id, ...labels })} ${n}`),
  ]
  return [...families.flat(), ...sizes, '# EOF', ''].join('\n')
}

function withUnit(name: string, unit: string): string {
  return name.endsWith(`_${unit}`) ? name : `${name}_${unit}`
}

/** What a name may consist of. */
function word(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '_')
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${word(name)}="${escapeText(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeText(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
