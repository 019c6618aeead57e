import type { Payload } from './payload.js'

/** Members whose texts say nothing about what is in a repository. */
const harmless =
  /^(id|node_id|guid|action|state|state_reason|type|event|sha|before|after|head|login|ref_type|created_at|\w+_at|timestamp|conclusion|status|environment)$/

/** A payload of a confidential repository: numbers, flags, moments, shas and logins, but no titles, texts, branches and paths. */
export function withoutTexts(payload: Payload): Payload {
  return Object.fromEntries(
    Object.entries(payload).flatMap(([name, value]) => {
      const kept = keptOf(name, value)
      return kept === undefined ? [] : [[name, kept]]
    }),
  )
}

function keptOf(name: string, value: unknown): unknown {
  if (typeof value === 'string') return harmless.test(name) ? value : undefined
  if (Array.isArray(value))
    return value.filter((each) => typeof each !== 'string').map((each) => keptOf(name, each))
  return typeof value === 'object' && value !== null ? withoutTexts(value as Payload) : value
}
