import type { Db } from '../../engine/client.js'
import { inSavepoint } from '../../engine/savepoint.js'
import { problemOfStoring } from './problem-of-storing.js'

interface Halving<Item, Result> {
  /** Stores items together; it may be called again with some of them. */
  store(items: readonly Item[]): Promise<Result>
  /** The result of an item that makes storing fail by itself. */
  refuse(item: Item, problem: string): Result
}

/**
 * Stores a batch in a savepoint. If one of its items makes that fail, the batch is halved until that item is found and refused.
 *
 * @returns a result for each part that was stored or refused, in the order of the items
 * @throws whatever no item causes
 */
export async function inHalves<Item, Result>(
  tx: Db,
  items: readonly Item[],
  halving: Halving<Item, Result>,
): Promise<Result[]> {
  try {
    return [await inSavepoint(tx, () => halving.store(items))]
  } catch (error) {
    const problem = problemOfStoring(error)
    const [first] = items
    if (first === undefined || problem === null) throw error
    if (items.length === 1) return [halving.refuse(first, problem)]
  }
  const middle = Math.ceil(items.length / 2)
  const left = await inHalves(tx, items.slice(0, middle), halving)
  return [...left, ...(await inHalves(tx, items.slice(middle), halving))]
}
