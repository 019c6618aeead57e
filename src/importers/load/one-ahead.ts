import { spareMemory } from '../../engine/spare-memory.js'

/**
 * Yields the same items, and reads each before the previous one is used: while the database stores a batch, the next one is
 * read and its garbage collected. A read error is thrown in place of its item.
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
