import { required } from '../../errors.js'

/** How many are at work at once: two keep a second core busy while the next item is read. */
const atOnce = 3

/** Bytes of an item from which on nothing else is at work: several such rows would not fit into memory. */
const largeBytes = 16 * 2 ** 20

/** The results of `work` in the order of the items; the next ones are begun while the first is awaited. */
export async function* inOrder<Item, Result extends object>(
  items: AsyncIterable<Item>,
  bytesOf: (item: Item) => number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = []
  const finish = async function* (most: number) {
    while (begun.length > most) yield await required(begun.shift(), 'a result that was begun')
  }
  for await (const item of items) {
    const isLarge = bytesOf(item) > largeBytes
    if (isLarge) yield* finish(0)
    const result = work(item)
    // It is awaited later, or never if an earlier one fails.
    result.catch(() => {})
    begun.push(result)
    yield* finish(isLarge ? 0 : atOnce - 1)
  }
  yield* finish(0)
}
