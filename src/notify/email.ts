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
}

const timeoutMs = 15_000

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
  { smtpUrl, from, signal }: EmailSettings,
): Promise<Outcome> {
  if (smtpUrl === undefined || smtpUrl === '') return failed('SMTP_URL names no mail server')
  const server = serverOf(smtpUrl)
  if (server === null) return failed('SMTP_URL is not smtp://user:password@host:port')
  const sender = from ?? (isBareAddress(server.user) ? server.user : `cto@${server.host}`)
  if (!isBareAddress(to) || !isBareAddress(sender)) return refused('an address is not bare: name@example.com')
  const { createTransport } = await import('nodemailer')
  const { host, port, user, password, secure } = server
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: !secure && !(await isLocal(host)),
    ...(user !== '' && { auth: { user, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const stop = () => {
    transport.close()
  }
  signal.addEventListener('abort', stop, { once: true })
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
    return failureOf(error)
  } finally {
    signal.removeEventListener('abort', stop)
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
