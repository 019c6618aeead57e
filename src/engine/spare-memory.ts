import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes. The heap that is left over after a collection is some 30 MB. */
const mostHeap = 75_000_000

let collect: (() => void) | undefined

/**
 * Gives back what earlier batches have left. Node would rather let the heap grow to some hundreds of megabytes; to be
 * called while the database works, when a collection costs no time.
 */
export function spareMemory(): void {
  if (getHeapStatistics().total_heap_size < mostHeap) return
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}
