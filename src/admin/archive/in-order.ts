import { required } from '../../errors.js'

/** How many are at work at once: two keep a second core busy while the next item is read. */
const atOnce = 3

/** The results of `work` in the order of the items; the next ones are begun while the first is awaited. */
export async function* inOrder<Item, Result extends object>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = []
  for await (const item of items) {
    const result = work(item)
    // It is awaited later, or never if an earlier one fails.
    result.catch(() => {})
    begun.push(result)
    if (begun.length >= atOnce) yield required(await begun.shift(), 'a result that was begun')
  }
  for (const result of begun) yield await result
}
