import { createHash } from 'node:crypto'
import { canonicalJson } from '../../domain/delivery/canonical-json.js'
import { countAt, flagAt, isObject, listAt, momentAt, objectAt, textAt, type Payload } from './payload.js'
import { storableJson } from './storable-json.js'
import type { SourceEvent } from './source-event.js'
import { isSigned } from './signature.js'

/** An event with its identity at its source. */
export interface Delivery {
  event: SourceEvent
  deliveryKey: string
  signature: 'verified' | 'unsigned'
  /** What is kept: of an archive with its repository and its actor. */
  kept: Payload
}

export interface EnvelopeOptions {
  /** The name of bare payloads. */
  eventName: string | null
  /** Deliveries must be signed with one of these. */
  secrets: readonly Uint8Array[]
  now: Date
}

/** Why a record is no event; `isForged`: its signature is missing or wrong. */
export class RejectedDelivery extends Error {
  readonly isForged: boolean

  constructor(reason: string, { isForged = false } = {}) {
    super(reason)
    this.isForged = isForged
  }
}

/**
 * Reads a record in any of the forms in which events are kept: headers with a body, GitHub's own record of a delivery, an
 * event of GH Archive or the Events API, a bare payload.
 *
 * @throws RejectedDelivery
 */
export function readDelivery(record: unknown, options: EnvelopeOptions): Delivery {
  if (!isObject(record)) throw new RejectedDelivery('not a JSON object')
  if (isArchived(record)) return archived(record, options)
  if (objectAt(record, 'headers') && ('body' in record || 'bodyBase64' in record))
    return received(record, options)
  if (objectAt(record, 'request') && textAt(record, 'guid')) return recorded(record, options)
  if (options.eventName === null)
    throw new RejectedDelivery('a payload without its event: name it with --event')
  if (options.secrets.length > 0)
    throw new RejectedDelivery('a bare payload has no signature', { isForged: true })
  return webhook({ name: options.eventName, id: null, payload: record, fallback: options.now }, 'unsigned')
}

function isArchived(record: Payload): boolean {
  return /^[A-Z]\w+Event$/.test(textAt(record, 'type') ?? '') && objectAt(record, 'repo') !== undefined
}

function archived(record: Payload, { secrets }: EnvelopeOptions): Delivery {
  if (secrets.length > 0)
    throw new RejectedDelivery('an event of an archive has no signature', { isForged: true })
  const occurredAt = momentAt(record, 'created_at')
  const repository = objectAt(record, 'repo')
  const id = textAt(record, 'id') ?? String(countAt(record, 'id') ?? '')
  if (!occurredAt || repository === undefined || id === '')
    throw new RejectedDelivery('an event without id, repo or created_at')
  const payload = objectAt(record, 'payload') ?? {}
  const event: SourceEvent = {
    source: 'archive',
    name: webhookName(textAt(record, 'type') ?? ''),
    action: textAt(payload, 'action') ?? null,
    payload,
    occurredAt,
    about: {
      repository,
      actor: objectAt(record, 'actor') ?? {},
      organization: objectAt(record, 'org'),
      isPublic: flagAt(record, 'public') ?? true,
    },
  }
  return { event, deliveryKey: id, signature: 'unsigned', kept: record }
}

/** `PullRequestEvent` is `pull_request`. */
function webhookName(type: string): string {
  return type
    .replace(/Event$/, '')
    .replace(/(?<!^)[A-Z]/g, '_$&')
    .toLowerCase()
}

/** Headers and body, as a server or a proxy logged them. */
function received(record: Payload, { secrets, now }: EnvelopeOptions): Delivery {
  const headers = lowerCased(objectAt(record, 'headers') ?? {})
  const encoded = textAt(record, 'bodyBase64')
  const body = record['body']
  const bytes = encoded ? Buffer.from(encoded, 'base64') : typeof body === 'string' ? Buffer.from(body) : null
  const signature = signatureOf(bytes, headers.get('x-hub-signature-256'), secrets)
  const payload = bytes === null ? body : payloadOf(bytes.toString('utf8'))
  if (!isObject(payload)) throw new RejectedDelivery('the body is not a JSON object')
  const name = headers.get('x-github-event')
  if (name === undefined) throw new RejectedDelivery('no header X-GitHub-Event')
  const date = new Date(headers.get('date') ?? '')
  const fallback = Number.isNaN(date.getTime()) ? now : date
  return webhook({ name, id: headers.get('x-github-delivery') ?? null, payload, fallback }, signature)
}

/** A signature is over the bytes of the body, which a body that was parsed has no more. */
function signatureOf(
  bytes: Uint8Array | null,
  header: string | undefined,
  secrets: readonly Uint8Array[],
): Delivery['signature'] {
  if (secrets.length === 0) return 'unsigned'
  if (bytes === null)
    throw new RejectedDelivery('the body was parsed, so that its signature cannot be checked', {
      isForged: true,
    })
  if (header === undefined) throw new RejectedDelivery('no header X-Hub-Signature-256', { isForged: true })
  if (!secrets.some((secret) => isSigned(bytes, header, secret)))
    throw new RejectedDelivery('the signature is not of this secret', { isForged: true })
  return 'verified'
}

/** JSON, or a form whose field `payload` holds it. */
function payloadOf(body: string): unknown {
  const text = body.startsWith('payload=') ? (new URLSearchParams(body).get('payload') ?? '') : body
  try {
    return storableJson(text)
  } catch {
    throw new RejectedDelivery('the body is not JSON')
  }
}

/** GitHub's record of a delivery: `gh api /repos/…/hooks/…/deliveries/…`. */
function recorded(record: Payload, { secrets, now }: EnvelopeOptions): Delivery {
  if (secrets.length > 0) {
    throw new RejectedDelivery('the payload was parsed, so that its signature cannot be checked', {
      isForged: true,
    })
  }
  const payload = objectAt(objectAt(record, 'request'), 'payload')
  const name = textAt(record, 'event')
  if (payload === undefined || !name) throw new RejectedDelivery('a delivery without its event or payload')
  const fallback = momentAt(record, 'delivered_at') ?? now
  return webhook({ name, id: textAt(record, 'guid') ?? null, payload, fallback }, 'unsigned')
}

interface Webhook {
  name: string
  id: string | null
  payload: Payload
  /** When it occurred, if the payload does not tell. */
  fallback: Date
}

const digestLength = 24

function webhook({ name, id, payload, fallback }: Webhook, signature: Delivery['signature']): Delivery {
  const digest = createHash('sha256').update(canonicalJson(payload)).digest('hex').slice(0, digestLength)
  const event: SourceEvent = {
    source: 'webhook',
    name,
    action: textAt(payload, 'action') ?? null,
    payload,
    occurredAt: occurrence(name, payload) ?? fallback,
  }
  // Hooks of a repository and of its organization share the id of a delivery.
  return { event, deliveryKey: `${id ?? ''}:${digest}`, signature, kept: payload }
}

/** The moment that a payload gives, by the object that the event is about. */
function occurrence(name: string, payload: Payload): Date | null {
  const subject = objectAt(payload, name === 'push' ? 'head_commit' : (subjects.get(name) ?? name))
  const candidates = ['updated_at', 'submitted_at', 'published_at', 'created_at', 'timestamp', 'starred_at']
  const [found] = candidates.flatMap((field) => momentAt(subject, field) ?? [])
  const pushed =
    listAt(payload, 'commits') === undefined ? null : momentAt(objectAt(payload, 'repository'), 'pushed_at')
  return found ?? pushed ?? null
}

const subjects: ReadonlyMap<string, string> = new Map([
  ['issues', 'issue'],
  ['issue_comment', 'comment'],
  ['commit_comment', 'comment'],
  ['pull_request_review', 'review'],
  ['pull_request_review_comment', 'comment'],
])

function lowerCased(headers: Payload): Map<string, string> {
  return new Map(
    Object.entries(headers).flatMap(([name, value]) => {
      const text: unknown = Array.isArray(value) ? value[0] : value
      return typeof text === 'string' ? [[name.toLowerCase(), text] as const] : []
    }),
  )
}
