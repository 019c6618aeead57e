import { createHmac, timingSafeEqual } from 'node:crypto'

/** Whether X-Hub-Signature-256 is that of the body, as GitHub signs deliveries. */
export function isSigned(body: Uint8Array, header: string, secret: Uint8Array): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
  const given = Buffer.from(header.trim())
  return given.length === expected.length && timingSafeEqual(given, expected)
}
