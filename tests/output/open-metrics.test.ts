import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { openMetrics, type Gauge } from '../../src/output/open-metrics.js'
import { lines } from '../helpers/lines.js'

const gauges: Gauge[] = [
  { id: 'open.critical', help: 'open bugs of severity critical', unit: 'bugs', value: 3, n: 12 },
  { id: 'sla.compliance', help: 'met ÷ (met + missed)', unit: 'ratio', value: null, n: 0 },
  {
    id: 'revenue.at_risk_daily',
    help: 'a "quote", a \\ and a\nnewline',
    unit: 'USD/day',
    value: '11950.00',
    n: 3,
  },
]

test('each figure is a gauge whose name ends in its unit, and no data is no sample', () => {
  expect(openMetrics(gauges)).toBe(
    lines(
      '# TYPE cto_open_critical_bugs gauge',
      '# UNIT cto_open_critical_bugs bugs',
      '# HELP cto_open_critical_bugs open bugs of severity critical',
      'cto_open_critical_bugs 3',
      '# TYPE cto_sla_compliance_ratio gauge',
      '# UNIT cto_sla_compliance_ratio ratio',
      '# HELP cto_sla_compliance_ratio met ÷ (met + missed)',
      '# TYPE cto_revenue_at_risk_daily_usd_per_day gauge',
      '# UNIT cto_revenue_at_risk_daily_usd_per_day usd_per_day',
      '# HELP cto_revenue_at_risk_daily_usd_per_day a \\"quote\\", a \\\\ and a\\nnewline',
      'cto_revenue_at_risk_daily_usd_per_day 11950.00',
      '# TYPE cto_sample_size gauge',
      '# HELP cto_sample_size How many bugs, projects or people a figure was made from.',
      'cto_sample_size{metric="open.critical"} 12',
      'cto_sample_size{metric="sla.compliance"} 0',
      'cto_sample_size{metric="revenue.at_risk_daily"} 3',
      '# EOF',
    ),
  )
})

const parser =
  'import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families as f; print(len(list(f(sys.stdin.read()))))'
// Debian's packages belong to Debian's Python, which need not be the first on the path.
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import prometheus_client']).status === 0,
)

test.skipIf(python === undefined)(
  'the parser of Prometheus takes it (skipped without python3-prometheus-client)',
  () => {
    const input = openMetrics(gauges, { project: 'a "b"\\c\nd' })
    const { stdout, stderr } = spawnSync(python ?? '', ['-c', parser], { input, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toBe('4\n')
  },
)
