/**
 * The same items, each of them asked for before the one before it is used: the database works on a batch while the next
 * one is read. What goes wrong in reading is thrown when its item is due.
 */
export async function* oneAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next()
  try {
    for (;;) {
      const item = await next
      if (item.done === true) return
      next = items.next()
      next.catch(() => {})
      yield item.value
    }
  } finally {
    await next.catch(() => {})
    await items.return(undefined)
  }
}
