import { createHmac } from 'node:crypto'
import { request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { retryAfterMs } from '../domain/delivery/retry.js'
import { addressesOf, isInner, isLoopback, type Address } from './address.js'
import { failed, refused, sent, type Outcome } from './outcome.js'

export interface WebhookMessage {
  url: string
  /** The same in every attempt, so that the receiver can recognise a repetition. */
  id: string
  body: string
  /** Signs the body; null: unsigned. */
  secret: string | null
}

export interface WebhookSettings {
  /** Hosts that may have an inner address: `CTO_NOTIFY_HOSTS`. */
  innerHosts: readonly string[]
  userAgent: string
  now: Date
  signal: AbortSignal
  timeoutMs?: number
}

const usualTimeoutMs = 15_000

/**
 * Posts a message as Standard Webhooks describes it. The host is resolved once and the connection goes to just these addresses; no
 * redirect is followed; only 2xx counts as received.
 */
export async function postWebhook(
  { url: text, id, body, secret }: WebhookMessage,
  { innerHosts, userAgent, now, signal, timeoutMs = usualTimeoutMs }: WebhookSettings,
): Promise<Outcome> {
  const url = new URL(text)
  let addresses: Address[]
  try {
    addresses = await addressesOf(url.hostname)
  } catch (error) {
    return failed(`${url.hostname} has no address (${codeOf(error)})`)
  }
  const refusal = refusalOf(url, addresses, innerHosts)
  if (refusal !== null) return refused(refusal)
  const seconds = Math.floor(now.getTime() / 1000)
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': userAgent,
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    ...(secret !== null && { 'webhook-signature': signatureOf({ id, seconds, body, secret }) }),
  }
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await post(url, body, {
      method: 'POST',
      headers,
      lookup: pinnedTo(addresses),
      signal: AbortSignal.any([signal, timeout]),
      agent: false,
    })
    return outcomeOf(answer, now)
  } catch (error) {
    signal.throwIfAborted()
    return failed(
      timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : `the connection failed (${codeOf(error)})`,
    )
  }
}

/** `v1,` and HMAC-SHA-256 over id, time and body. A secret `whsec_…` is base64, another one is taken as it is. */
export function signatureOf({ id, seconds, body, secret }: SignedMessage): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}

interface SignedMessage extends Pick<WebhookMessage, 'id' | 'body'> {
  /** Since 1970. */
  seconds: number
  secret: string
}

function refusalOf(url: URL, addresses: readonly Address[], innerHosts: readonly string[]): string | null {
  const isNamed = innerHosts.some((host) => [url.hostname, url.host].includes(host.toLowerCase()))
  const isLocal = addresses.every(isLoopback)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isNamed && isLocal))
    return 'the URL is not https'
  if (isNamed || !addresses.some(isInner)) return null
  return `${url.hostname} is an address of the own network, which CTO_NOTIFY_HOSTS does not allow`
}

/** A second resolution could give another address than the one that was checked. */
function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_host, { all }, done) => {
    const [first] = addresses
    if (all) done(null, [...addresses])
    else if (first) done(null, first.address, first.family)
    else done(new Error('no address'), '')
  }
}

interface Answer {
  status: number
  retryAfter: string | undefined
}

function post(url: URL, body: string, options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      // What it answers is not read: it could be endless, or repeat a secret.
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] })
      response.destroy()
    })
    request.once('error', reject)
    request.end(body)
  })
}

function outcomeOf({ status, retryAfter }: Answer, now: Date): Outcome {
  if (status >= 200 && status < 300) return { ...sent, httpStatus: status }
  if (status === 410)
    return failed('the receiver asks for no more messages', { status: 'gone', httpStatus: status })
  const error =
    status >= 300 && status < 400 ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`
  return failed(error, { httpStatus: status, retryAfterMs: retryAfterMs(retryAfter, now) })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
