import { beforeEach, expect, test } from 'vitest'
import { deliveryIds } from '../../../../src/domain/metric.js'
import { cto } from '../../../helpers/cto.js'
import { useDatabase } from '../../../helpers/database.js'

/** Every metric of delivery is in everything that shows metrics. */

const db = useDatabase()

beforeEach(async () => {
  expect((await cto(db, 'db', 'seed', '--delivery')).exitCode).toBe(0)
})

async function json<Data>(...argv: string[]): Promise<Data> {
  const { stdout, stderr } = await cto(db, ...argv, '--json')
  return (JSON.parse(stdout || stderr) as { data: Data }).data
}

test('the report, the comparison of two moments and Prometheus have each id', async () => {
  const { figures } = await json<{ figures: { id: string }[] }>('report')
  expect(figures.map(({ id }) => id)).toEqual(expect.arrayContaining([...deliveryIds]))
  const { stdout: compared } = await cto(
    db,
    'metrics',
    'diff',
    '2026-02-20',
    '--format',
    'tsv',
    '--no-header',
  )
  expect(compared.split('\n').map((line) => line.split('\t')[0])).toEqual(
    expect.arrayContaining([...deliveryIds]),
  )
  const { stdout: exposed } = await cto(db, 'metrics', 'delivery', '--format', 'prometheus')
  const sizes = [...exposed.matchAll(/^cto_sample_size\{metric="([^"]+)"/gm)].map(([, id]) => id)
  expect(sizes.sort()).toEqual([...deliveryIds].sort())
})

test('a gate can be set on each id, and has the value that an explanation shows with its rows', async () => {
  const isShare = (id: string) => /_rate$|^pr\.(unreviewed|reverted)$/.test(id)
  const { gates } = await json<{ gates: { id: string; value: number | null }[] }>(
    ...['metrics', 'check', '--allow-null'],
    ...deliveryIds.flatMap((id) => ['--max', `${id}=${isShare(id) ? 1 : 1_000_000}`]),
  )
  expect(gates.map(({ id }) => id)).toEqual(deliveryIds)
  for (const { id, value } of gates) {
    expect(await json('metrics', 'explain', id), id).toMatchObject({ id, value })
    const { exitCode, stdout, stderr } = await cto(db, 'metrics', 'explain', id, '--rows', '--json')
    expect(exitCode, stderr).toBe(0)
    const { data: rows } = JSON.parse(stdout) as { data: unknown[] }
    // What a figure counts has rows.
    if (value !== null && value > 0) expect(rows.length, id).toBeGreaterThan(0)
  }
})
