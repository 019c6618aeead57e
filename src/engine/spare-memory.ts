import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes. After a collection the heap takes about 30 MB. */
const mostHeap = 75_000_000

let collect: (() => void) | undefined

/**
 * Frees the memory of earlier batches; Node would let the heap grow to hundreds of megabytes. Call this while the database
 * works, when a collection costs no time.
 */
export function spareMemory(): void {
  if (getHeapStatistics().total_heap_size < mostHeap) return
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}
