import { cString, errorResponse, frame, int32, type Frame } from './frames.js'

/** What the first messages of a connection ask for. */
export type Greeting =
  | { kind: 'session'; parameters: Map<string, string>; rest: Buffer }
  /** To cancel the statement of another connection, which has this key. */
  | { kind: 'cancel'; processId: number; secretKey: number }

const sslRequest = 80877103
const gssRequest = 80877104
const cancelRequest = 80877102
const protocolMajor = 3

/** Longer first messages are no PostgreSQL client's. */
const longestGreeting = 10_000

/** Reads the messages before a session, which have no letter. */
export class GreetingReader {
  readonly #answer: (bytes: Uint8Array) => void
  #bytes = Buffer.alloc(0)

  /** @param answer sends bytes to the client */
  constructor(answer: (bytes: Uint8Array) => void) {
    this.#answer = answer
  }

  /** Null until the greeting is complete. @throws Error for what is not PostgreSQL's protocol 3 */
  push(piece: Uint8Array): Greeting | null {
    this.#bytes = Buffer.concat([this.#bytes, piece])
    for (;;) {
      if (this.#bytes.length < 8) return null
      const length = this.#bytes.readUInt32BE(0)
      const code = this.#bytes.readUInt32BE(4)
      if (length < 8 || length > longestGreeting) throw new Error('not a message of PostgreSQL')
      if (this.#bytes.length < length) return null
      const message = this.#bytes.subarray(0, length)
      this.#bytes = this.#bytes.subarray(length)
      if (code === sslRequest || code === gssRequest) {
        this.#answer(Buffer.from('N'))
        continue
      }
      if (code === cancelRequest) {
        return { kind: 'cancel', processId: message.readInt32BE(8), secretKey: message.readInt32BE(12) }
      }
      if (code >>> 16 !== protocolMajor) throw new Error('only protocol 3 is spoken here')
      // A newer minor version is answered with the one that is spoken here.
      if ((code & 0xffff) !== 0) this.#answer(frame('v', int32(0), int32(0)).bytes)
      return { kind: 'session', parameters: parametersIn(message.subarray(8)), rest: this.#bytes }
    }
  }
}

function parametersIn(bytes: Buffer): Map<string, string> {
  const texts = bytes.toString('utf8').split('\0')
  const parameters = new Map<string, string>()
  for (let at = 0; at + 1 < texts.length && texts[at] !== ''; at += 2) {
    parameters.set(texts[at] ?? '', texts[at + 1] ?? '')
  }
  return parameters
}

/** Why a session cannot start; null if it can. */
export function refusalOf(parameters: ReadonlyMap<string, string>, database: string): Frame | null {
  const refused = ['options', 'replication'].find((name) => parameters.has(name))
  if (refused !== undefined) {
    // The words of PgBouncer, by which clients recognise a pooler.
    return errorResponse({
      severity: 'FATAL',
      code: '08P01',
      message: `unsupported startup parameter: ${refused}`,
    })
  }
  const wanted = parameters.get('database') ?? database
  if (wanted === database) return null
  return errorResponse({
    severity: 'FATAL',
    code: '3D000',
    message: `database "${wanted}" does not exist; the embedded database is "${database}"`,
  })
}

interface Welcome {
  processId: number
  secretKey: number
  /** Settings that PostgreSQL reports to clients. */
  reported: ReadonlyMap<string, string>
}

/** The answer to a client whose session starts. */
export function welcome({ processId, secretKey, reported }: Welcome): Frame[] {
  return [
    frame('R', int32(0)),
    ...[...reported].map(([name, value]) => frame('S', cString(name), cString(value))),
    frame('K', int32(processId), int32(secretKey)),
  ]
}
