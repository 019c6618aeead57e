import { expect, test } from 'vitest'
import { oneAhead } from '../../src/importers/load/one-ahead.js'

async function* counting(log: string[], failAt = Infinity): AsyncGenerator<number> {
  try {
    for (let number = 1; number <= 3; number += 1) {
      await Promise.resolve()
      if (number === failAt) throw new Error('cannot go on')
      log.push(`made ${number}`)
      yield number
    }
  } finally {
    log.push('closed')
  }
}

test('the next item is read while one is used', async () => {
  const log: string[] = []
  for await (const number of oneAhead(counting(log))) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    log.push(`used ${number}`)
  }
  expect(log).toEqual(['made 1', 'made 2', 'used 1', 'made 3', 'used 2', 'closed', 'used 3'])
})

test('an error of an item is thrown in its place', async () => {
  const used: number[] = []
  const all = async () => {
    for await (const number of oneAhead(counting([], 2))) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      used.push(number)
    }
  }
  await expect(all()).rejects.toThrow('cannot go on')
  expect(used).toEqual([1])
})

test('a consumer that stops early closes the source', async () => {
  const log: string[] = []
  for await (const number of oneAhead(counting(log))) if (number === 1) break
  expect(log.at(-1)).toBe('closed')
})
