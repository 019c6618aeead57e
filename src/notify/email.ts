import { Socket } from 'node:net'
import { failed, refused, sent, type Outcome } from './outcome.js'
import { addressesOf, isLoopback } from './address.js'

export interface EmailMessage {
  /** One bare address. */
  to: string
  subject: string
  /** Plain text. */
  text: string
  /** The same in every attempt. */
  id: string
}

export interface EmailSettings {
  /** `smtp://user:password@host:port` or `smtps://…`: `SMTP_URL`. */
  smtpUrl: string | undefined
  /** The bare address of the sender; undefined: the user of the URL, or `cto@` its host. */
  from: string | undefined
  signal: AbortSignal
  /** For the whole conversation. */
  wholeMs?: number
}

/** For the connection, the greeting, and each silence of the server. */
const timeoutMs = 15_000

/** Limits the whole exchange: a server that sends a line every few seconds never reaches the timeout of a line. */
const usualWholeMs = 60_000

/** `ada@example.com`: no name, no list, nothing that could add a header or an argument. */
export function isBareAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)
  )
}

/** Sends plain text, encrypted unless the server is on this machine. */
export async function sendEmail(
  { to, subject, text, id }: EmailMessage,
  { smtpUrl, from, signal, wholeMs = usualWholeMs }: EmailSettings,
): Promise<Outcome> {
  if (smtpUrl === undefined || smtpUrl === '') return failed('SMTP_URL names no mail server')
  const server = serverOf(smtpUrl)
  if (server === null) return failed('SMTP_URL is not smtp://user:password@host:port')
  const sender = from ?? (isBareAddress(server.user) ? server.user : `cto@${server.host}`)
  if (!isBareAddress(to) || !isBareAddress(sender)) return refused('an address is not bare: name@example.com')
  const { createTransport } = await import('nodemailer')
  const { host, port, user, password, secure } = server
  const timeout = AbortSignal.timeout(wholeMs)
  // Closing a transport does not end a conversation; the end of its socket does.
  const socket = new Socket({ signal: AbortSignal.any([signal, timeout]) })
  // Once it is encrypted, the transport listens to the socket above alone.
  socket.on('error', () => {})
  const transport = createTransport({
    host,
    port,
    socket,
    secure,
    requireTLS: !secure && !(await isLocal(host)),
    ...(user !== '' && { auth: { user, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail({
      from: sender,
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@cto>`,
    })
    return sent
  } catch (error) {
    signal.throwIfAborted()
    return timeout.aborted
      ? failed(`the mail server did not end within ${wholeMs / 1000} s`)
      : failureOf(error)
  } finally {
    transport.close()
  }
}

interface SmtpServer {
  host: string
  port: number
  user: string
  password: string
  secure: boolean
}

function serverOf(text: string): SmtpServer | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port, username, password } = new URL(text)
  if (!['smtp:', 'smtps:'].includes(protocol) || hostname === '') return null
  const secure = protocol === 'smtps:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    secure,
  }
}

async function isLocal(host: string): Promise<boolean> {
  try {
    return (await addressesOf(host)).every(isLoopback)
  } catch {
    return false
  }
}

/** The server's own text may repeat what was sent to it, so only its code is kept. 5xx is final. */
function failureOf(error: unknown): Outcome {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  const answer =
    typeof responseCode === 'number' ? `SMTP ${responseCode}` : typeof code === 'string' ? code : 'unknown'
  const text = `the mail server did not take the message (${answer})`
  // An administrator can correct a wrong password; the message is then sent.
  const isFinal = typeof responseCode === 'number' && responseCode >= 500 && code !== 'EAUTH'
  return isFinal ? refused(text) : failed(text)
}
