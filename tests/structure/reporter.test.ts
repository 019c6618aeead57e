import { expect, test } from 'vitest'
import { clusterNote } from '../helpers/reporter.js'

test('one line says that no test ran on a cluster, where none is named', () => {
  const line = 'Cluster: no test ran on Citus, as CTO_TEST_CITUS_URL is not set'
  expect([clusterNote(undefined), clusterNote('')]).toEqual([[line], [line]])
  expect(clusterNote('postgresql://cto@coordinator/cto')).toEqual([])
})
