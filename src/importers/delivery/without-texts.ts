import { isObject, type Payload } from './payload.js'

/** Members whose texts say nothing about what is in a repository. */
const harmless =
  /^(id|node_id|guid|action|state|state_reason|type|event|sha|before|after|head|login|ref_type|created_at|\w+_at|timestamp|conclusion|status|environment)$/

/** Members whose own members have names that users choose. */
const freeForm = /^(payload|client_payload|inputs|custom_properties)$/

/** A payload of a confidential repository: numbers, flags, moments, shas and logins, but no titles, texts, branches and paths. */
export function withoutTexts({ payload: archived, ...event }: Payload): Payload {
  const kept = keptMembers(event)
  // Of an archive the event itself, of a webhook what a deployment was given.
  return isObject(archived) && 'repo' in event ? { ...kept, payload: keptMembers(archived) } : kept
}

function keptMembers(object: Payload): Payload {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      const kept = freeForm.test(name) ? undefined : keptOf(name, value)
      return kept === undefined ? [] : [[name, kept]]
    }),
  )
}

function keptOf(name: string, value: unknown): unknown {
  if (typeof value === 'string') return harmless.test(name) ? value : undefined
  if (Array.isArray(value))
    return value.filter((each) => typeof each !== 'string').map((each) => keptOf(name, each))
  return isObject(value) ? keptMembers(value) : value
}
