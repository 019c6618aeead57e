import { setTimeout as sleep } from 'node:timers/promises'

const tries = 3
const firstPauseMs = 100

interface Retry {
  /** Whether the failure is temporary, and nothing of the work was stored. */
  mayRepeat: (error: unknown) => boolean
  signal?: AbortSignal | undefined
  onRetry?: (() => void) | undefined
  /** No retry begins later than this after the first attempt began. */
  withinMs?: number | undefined
}

/**
 * Runs `work` up to three times. Pauses grow from 100 ms, with jitter, so that many clients do not retry at once.
 * An interrupted command does not retry.
 */
export async function withRetry<T>(
  work: () => Promise<T>,
  { mayRepeat, signal, onRetry, withinMs = Infinity }: Retry,
): Promise<T> {
  const startedAt = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isLate = performance.now() - startedAt >= withinMs
      if (attempt === tries || signal?.aborted || isLate || !mayRepeat(error)) throw error
      await sleep(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, { signal })
      onRetry?.()
    }
  }
}
