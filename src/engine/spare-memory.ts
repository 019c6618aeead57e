import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Bytes in use. 32 MB survive a collection, and the process then takes 170 MB. What V8 holds without using it does not count:
 * it does not shrink, and the limit would be reached after every batch.
 */
const mostUsed = 65_000_000

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
}
