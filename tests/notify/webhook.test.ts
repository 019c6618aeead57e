import { expect, test } from 'vitest'
import { isInner } from '../../src/notify/address.js'
import { isSlack, slackPayload, textOf, type Message } from '../../src/notify/message.js'
import { postWebhook, signatureOf } from '../../src/notify/webhook.js'
import { useHookServer } from '../helpers/hook-server.js'

const hooks = useHookServer()

const settings = {
  innerHosts: ['127.0.0.1'],
  userAgent: 'cto/test',
  now: new Date('2026-03-02T09:00:00Z'),
  signal: new AbortController().signal,
}

const post = (url: string, more: Partial<Parameters<typeof postWebhook>[1]> = {}) =>
  postWebhook({ url, id: 'msg_1', body: '{}', secret: null }, { ...settings, ...more })

test('a signature is that of the published vector', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    seconds: 1614265330,
    body: '{"test": 2432232314}',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  }
  expect(signatureOf(message)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test.each([
  ['10.1.2.3', 4],
  ['100.64.0.1', 4],
  ['127.0.0.1', 4],
  ['169.254.169.254', 4],
  ['172.31.255.255', 4],
  ['192.168.0.1', 4],
  ['0.0.0.0', 4],
  ['255.255.255.255', 4],
  ['::1', 6],
  ['::', 6],
  ['::ffff:127.0.0.1', 6],
  ['::ffff:7f00:1', 6],
  ['64:ff9b::a00:1', 6],
  ['2002:7f00:1::', 6],
  ['fd00::1', 6],
  ['fe80::1', 6],
] as const)('%s is an address of the own network', (address, family) => {
  expect(isInner({ address, family })).toBe(true)
})

test.each([
  ['8.8.8.8', 4],
  ['172.32.0.1', 4],
  ['2606:4700:4700::1111', 6],
  ['::ffff:8.8.8.8', 6],
] as const)('%s is not', (address, family) => {
  expect(isInner({ address, family })).toBe(false)
})

test.each([
  'https://127.0.0.1:1/',
  'https://localhost:1/',
  'https://[::1]:1/',
  'https://[::ffff:127.0.0.1]:1/',
  'https://0x7f000001:1/',
  'https://2130706433:1/',
  'https://169.254.169.254/latest/meta-data',
])('%s is refused without a connection', async (url) => {
  const outcome = await post(url, { innerHosts: [] })
  expect(outcome).toMatchObject({ status: 'refused', httpStatus: null })
  expect(outcome.error).toMatch(/own network/)
})

test('a named host may have an inner address, by http only on this machine', async () => {
  expect(await post(hooks.url)).toMatchObject({ status: 'sent', httpStatus: 204 })
  expect(await post('http://10.0.0.1/', { innerHosts: ['10.0.0.1'] })).toMatchObject({
    status: 'refused',
    error: 'the URL is not https',
  })
})

test('a receiver that does not answer in time has failed, and only the number of its answer is reported', async () => {
  hooks.answers = [{ status: 200, delayMs: 400 }]
  expect(await post(hooks.url, { timeoutMs: 100 })).toMatchObject({
    status: 'failed',
    error: 'no answer within 0.1 s',
  })
  hooks.answers = [{ status: 429, headers: { 'retry-after': '120' } }]
  expect(await post(hooks.url)).toEqual({
    status: 'failed',
    httpStatus: 429,
    error: 'HTTP 429',
    retryAfterMs: 120_000,
  })
  expect(await post('http://127.0.0.1:1/path-secret')).toMatchObject({
    status: 'failed',
    error: 'the connection failed (ECONNREFUSED)',
  })
})

test('a message for Slack is text of which no part is markup', () => {
  const message: Message = {
    kind: 'event',
    rule: 'new <!channel>',
    condition: 'event bug.created',
    at: '2026-03-02T09:00:00.000Z',
    items: [{ group: 'web', state: 'happened', text: 'a & b', url: 'https://example.com/1' }],
  }
  expect(slackPayload(message)).toEqual({
    text: [
      'EVENT: new &lt;!channel&gt;',
      'condition: event bug.created',
      '- web  a &amp; b  https://example.com/1',
      'at 2026-03-02T09:00:00.000Z',
    ].join('\n'),
  })
  expect(textOf(message)).toContain('new <!channel>')
  expect([
    isSlack('https://hooks.slack.com/services/T/B/x'),
    isSlack('https://hooks.slack.com.evil.example/'),
  ]).toEqual([true, false])
})
