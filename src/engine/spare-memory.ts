import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes that come to what survived before the next collection, where a collection takes 30 ms. */
const garbage = 33_000_000

/**
 * Bytes in use. 32 MB survive a collection, or more where the caller keeps what it read; the process then takes 170 MB. What
 * V8 holds without using it does not count: it does not shrink, and the limit would be reached after every batch.
 */
let mostUsed = 65_000_000

let collect: (() => void) | undefined

/**
 * Frees the memory of earlier batches; Node would let the heap grow to hundreds of megabytes. Call this while the database
 * works, when a collection costs no time.
 */
export function spareMemory(): void {
  if (getHeapStatistics().used_heap_size < mostUsed) return
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
  mostUsed = Math.max(mostUsed, getHeapStatistics().used_heap_size + garbage)
}
