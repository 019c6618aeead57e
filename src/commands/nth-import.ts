import type { Actor } from '../data/audit/audit.js'

/** The user who imports: imports of one run are a millisecond apart, so that their order is known. */
export function nthImport(actor: Actor, index: number): Actor {
  return { ...actor, now: new Date(actor.now.getTime() + index) }
}
