import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach } from 'vitest'

/** A mail server without TLS: what it got, and what it answers to a recipient. */
export interface MailServer {
  url: string
  messages: { from: string; to: string; data: string }[]
  recipientAnswer: string
}

export function useMailServer(): MailServer {
  const mail: MailServer = { url: '', messages: [], recipientAnswer: '250 ok' }
  const server = createServer((socket) => {
    converse(socket, mail)
  })
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    mail.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  beforeEach(() => {
    mail.messages.length = 0
    mail.recipientAnswer = '250 ok'
  })
  afterAll(() => {
    server.close()
  })
  return mail
}

function converse(socket: Socket, mail: MailServer): void {
  let buffer = ''
  let from = ''
  let to = ''
  let isData = false
  const say = (line: string) => socket.write(`${line}\r\n`)
  socket.on('error', () => {})
  say('220 test ESMTP')
  socket.on('data', (chunk) => {
    buffer += chunk.toString()
    for (let end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n'); end >= 0;) {
      const line = buffer.slice(0, end)
      buffer = buffer.slice(end + (isData ? 5 : 2))
      if (isData) {
        mail.messages.push({ from, to, data: line })
        isData = false
        say('250 queued')
      } else if (/^EHLO/i.test(line)) say('250 test')
      else if (/^MAIL FROM:<(.*?)>/i.test(line)) {
        from = /<(.*?)>/.exec(line)?.[1] ?? ''
        say('250 ok')
      } else if (/^RCPT TO:/i.test(line)) {
        to = /<(.*?)>/.exec(line)?.[1] ?? ''
        say(mail.recipientAnswer)
      } else if (/^DATA/i.test(line)) {
        isData = true
        say('354 go on')
      } else if (/^QUIT/i.test(line)) {
        say('221 bye')
        socket.end()
      } else say('502 unknown')
      end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n')
    }
  })
}
