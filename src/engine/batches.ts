/**
 * In pieces that one statement can take: the embedded database answers nothing else during a statement, and sees an
 * interruption only between two.
 */
export function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += itemsAtOnce) yield items.slice(at, at + itemsAtOnce)
}

const itemsAtOnce = 1000
