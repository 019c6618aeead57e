/** What came of one attempt to deliver a message. */
export interface Outcome {
  /** `refused`: trying again cannot help. `gone`: the receiver asked for no more messages (HTTP 410). */
  status: 'sent' | 'failed' | 'refused' | 'gone'
  httpStatus: number | null
  /** Without secrets: no path of a URL, no password, nothing of the answer. */
  error: string | null
  /** What the receiver asked to wait. */
  retryAfterMs: number | null
}

export const sent: Outcome = { status: 'sent', httpStatus: null, error: null, retryAfterMs: null }

export function failed(error: string, more: Partial<Outcome> = {}): Outcome {
  return { ...sent, status: 'failed', error, ...more }
}

export function refused(error: string): Outcome {
  return failed(error, { status: 'refused' })
}
