import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inOrder } from '../../../src/admin/archive/in-order.js'
import { collect } from '../../helpers/archives.js'

async function* itemsOf(sizes: readonly number[]): AsyncGenerator<{ size: number; at: number }> {
  for (const [at, size] of sizes.entries()) yield await Promise.resolve({ size, at })
}

test('results come in order, and nothing else is processed during a large item', async () => {
  const mib = 2 ** 20
  const sizes = [1, 1, 1, 1, 17 * mib, 1, 1, 128 * mib, 128 * mib, 1]
  const atWork = new Set<number>()
  const most = sizes.map(() => 0)
  const results = await collect(
    inOrder(
      itemsOf(sizes),
      ({ size }) => size,
      async (item) => {
        atWork.add(item.at)
        for (const at of atWork) most[at] = Math.max(most[at] ?? 0, atWork.size)
        // The first ones take the longest.
        await sleep(3 * (sizes.length - item.at))
        atWork.delete(item.at)
        return { at: item.at }
      },
    ),
  )
  expect(results.map(({ at }) => at)).toEqual(sizes.map((_, at) => at))
  expect([most[4], most[7], most[8]]).toEqual([1, 1, 1])
  expect(Math.max(...most)).toBe(3)
})
