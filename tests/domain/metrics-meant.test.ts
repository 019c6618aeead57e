import { expect, test } from 'vitest'
import { didYouMeanMetric, metricsMeant } from '../../src/domain/metrics-meant.js'

test.each([
  ['open.criticl', ['open.critical']],
  ['bugs.critical', ['open.critical']],
  ['critical', ['open.critical']],
  ['bugs.mttr', ['resolution.mean', 'dora.recovery.p50']],
  ['MTTR', ['resolution.mean', 'dora.recovery.p50']],
  ['dora.mttr', ['dora.recovery.p50']],
  ['lead-time', ['dora.lead.p50']],
  ['dora.change_failure_rate', ['dora.fail_rate']],
  ['pr.review_time', ['pr.review.p50']],
  ['median time to resolve', ['resolution.p50']],
  ['velocity', ['flow.resolved']],
  ['weather', []],
  ['bugs.', []],
  ['', []],
])('"%s" may mean %j', (name, ids) => {
  expect(metricsMeant(name)).toEqual(ids)
})

test('the question names each of them', () => {
  expect(didYouMeanMetric('mttr')).toBe('did you mean "resolution.mean" or "dora.recovery.p50"?')
  expect(didYouMeanMetric('weather')).toBeUndefined()
})
