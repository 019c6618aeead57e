import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { sendEmail } from '../../src/notify/email.js'

let server: Server | undefined

afterEach(() => {
  server?.close()
})

/** A mail server that answers EHLO with a line every 20 ms, and never ends. */
async function startTrickle(): Promise<{ url: string; ended: Promise<void> }> {
  let drip: NodeJS.Timeout | undefined
  const trickle = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('220 test\r\n')
    socket.once('data', () => {
      drip = setInterval(() => socket.write('250-more\r\n'), 20)
    })
  })
  server = trickle
  const ended = once(trickle, 'connection').then(async ([socket]) => {
    // It may end by a reset, at which once() would fail.
    await new Promise((closed) => (socket as Socket).once('close', closed))
    clearInterval(drip)
  })
  await new Promise<void>((done) => trickle.listen(0, '127.0.0.1', done))
  return { url: `smtp://127.0.0.1:${(trickle.address() as AddressInfo).port}`, ended }
}

const message = { to: 'ops@example.com', subject: 'FIRING: x', text: 'x', id: 'd1' }

test('a mail server that never ends its answer has failed in time, and its connection is closed', async () => {
  const { url, ended } = await startTrickle()
  const signal = new AbortController().signal
  expect(await sendEmail(message, { smtpUrl: url, from: undefined, signal, wholeMs: 300 })).toMatchObject({
    status: 'failed',
    error: 'the mail server did not end within 0.3 s',
  })
  await ended
})

test('Ctrl-C ends a conversation with a mail server', async () => {
  const { url, ended } = await startTrickle()
  const stop = new AbortController()
  const sending = sendEmail(message, { smtpUrl: url, from: undefined, signal: stop.signal })
  setTimeout(() => {
    stop.abort(new Error('stopped'))
  }, 200)
  await expect(sending).rejects.toThrow('stopped')
  await ended
})
