import { spareMemory } from '../../engine/spare-memory.js'

/**
 * The same items, each of them asked for before the one before it is used: while the database works on a batch the next
 * one is read, and what that leaves in memory given back. What goes wrong in reading is thrown when its item is due.
 */
export async function* oneAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  const read = async () => {
    const item = await items.next()
    spareMemory()
    return item
  }
  let next = read()
  try {
    for (;;) {
      const item = await next
      if (item.done === true) return
      next = read()
      next.catch(() => {})
      yield item.value
    }
  } finally {
    await next.catch(() => {})
    await items.return(undefined)
  }
}
