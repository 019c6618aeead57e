import { expect, test } from 'vitest'
import { RejectedDelivery, readDelivery } from '../../../src/importers/delivery/envelope.js'
import { isSigned } from '../../../src/importers/delivery/signature.js'

const now = new Date('2026-03-02T09:00:00Z')
// The example of GitHub's documentation.
const secret = Buffer.from("It's a Secret to Everybody")
const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
const options = { eventName: null, secrets: [], now }

test('a signature is that of the published example', () => {
  expect(isSigned(Buffer.from('Hello, World!'), signature, secret)).toBe(true)
  expect(isSigned(Buffer.from('Hello, World'), signature, secret)).toBe(false)
  expect(isSigned(Buffer.from('Hello, World!'), signature.slice(0, -1), secret)).toBe(false)
})

const headers = { 'x-github-event': ['push'], 'X-GitHub-Delivery': 'd-1' }
const body = '{"ref":"refs/heads/main"}'

test.each([
  ['text', { headers, body }],
  ['Base64', { headers, bodyBase64: Buffer.from(body).toString('base64') }],
  ['a form', { headers, body: `payload=${encodeURIComponent(body)}` }],
  ['parsed', { headers, body: JSON.parse(body) as unknown }],
])('a body as %s is the same delivery', (_, record) => {
  expect(readDelivery(record, options)).toMatchObject({
    event: { source: 'webhook', name: 'push', payload: { ref: 'refs/heads/main' }, occurredAt: now },
    deliveryKey: expect.stringMatching(/^d-1:[0-9a-f]{24}$/) as string,
    signature: 'unsigned',
  })
})

test.each([
  ['without a signature', { headers, body }],
  ['with a wrong signature', { headers: { ...headers, 'X-Hub-Signature-256': signature }, body }],
  ['that was parsed', { headers: { ...headers, 'X-Hub-Signature-256': signature }, body: {} }],
  ['of an archive', { id: '1', type: 'PushEvent', repo: {}, created_at: '2026-01-01T00:00:00Z' }],
])('with a secret, a delivery %s is rejected as forged', (_, record) => {
  const read = () => readDelivery(record, { ...options, secrets: [secret] })
  expect(read).toThrow(RejectedDelivery)
  expect(read).toThrow(expect.objectContaining({ isForged: true }))
})

test('a moment is read with any offset, and in seconds', () => {
  const created = (created_at: unknown) =>
    readDelivery({ headers: { 'X-GitHub-Event': 'issues' }, body: { issue: { created_at } } }, options).event
      .occurredAt
  expect(created('2026-01-01T02:00:00+02:00')).toEqual(new Date('2026-01-01T00:00:00Z'))
  expect(created(1_767_225_600)).toEqual(new Date('2026-01-01T00:00:00Z'))
  expect(created('no date')).toEqual(now)
})
