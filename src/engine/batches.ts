/**
 * Splits items into batches for one statement each: the embedded database does nothing else during a statement, and
 * notices an interruption only between two.
 */
export function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += itemsAtOnce) yield items.slice(at, at + itemsAtOnce)
}

const itemsAtOnce = 1000

/** Each id once, in the order in which every command locks rows. */
export function inLockOrder(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort()
}
