/**
 * Messages of PostgreSQL's protocol, version 3: a letter, the length of the rest, the rest. Those of the client and of the
 * server have the same form; only the first message of a connection has no letter.
 */
export interface Frame {
  /** One letter: `Q` is a query, `Z` that the server is ready for the next. */
  type: string
  /** The whole message, letter and length included. */
  bytes: Buffer
}

const headLength = 5

/** Cuts a stream of bytes into messages, whatever the sizes of its pieces. */
export class FrameReader {
  #pieces: Buffer[] = []
  #length = 0

  push(piece: Uint8Array): Frame[] {
    this.#pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
    this.#length += piece.byteLength
    const frames: Frame[] = []
    for (let length = this.#nextLength(); length <= this.#length; length = this.#nextLength()) {
      const bytes = this.#take(length)
      frames.push({ type: String.fromCharCode(bytes.readUInt8(0)), bytes })
    }
    return frames
  }

  /** The length of the next message; infinite until its head has arrived. */
  #nextLength(): number {
    if (this.#length < headLength) return Infinity
    if ((this.#pieces[0]?.length ?? 0) < headLength) this.#pieces = [Buffer.concat(this.#pieces)]
    return (this.#pieces[0]?.readUInt32BE(1) ?? 0) + 1
  }

  #take(length: number): Buffer {
    const [first] = this.#pieces
    const whole = first && first.length >= length ? first : Buffer.concat(this.#pieces)
    const rest = first === whole ? this.#pieces.slice(1) : []
    if (whole.length > length) rest.unshift(whole.subarray(length))
    this.#pieces = rest
    this.#length -= length
    return whole.subarray(0, length)
  }
}

export function frame(type: string, ...parts: readonly Uint8Array[]): Frame {
  const length = parts.reduce((sum, part) => sum + part.byteLength, headLength)
  const head = Buffer.alloc(headLength)
  head.write(type, 0, 'latin1')
  head.writeUInt32BE(length - 1, 1)
  return { type, bytes: Buffer.concat([head, ...parts], length) }
}

/** A text that ends with a zero byte. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** The text at `offset` of a message, without the zero byte that ends it. */
export function textAt(bytes: Buffer, offset: number): string {
  return bytes.toString('utf8', offset, bytes.indexOf(0, offset))
}

export function query(sql: string): Frame {
  return frame('Q', cString(sql))
}

/** `I`: idle, `T`: in a transaction, `E`: in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E'

export function readyForQuery(status: TransactionStatus): Frame {
  return frame('Z', Buffer.from(status, 'latin1'))
}

export function statusOf({ bytes }: Frame): TransactionStatus {
  return String.fromCharCode(bytes.readUInt8(headLength)) as TransactionStatus
}

interface ServerError {
  /** FATAL also ends the connection. */
  severity: 'ERROR' | 'FATAL'
  /** SQLSTATE. */
  code: string
  message: string
}

export function errorResponse({ severity, code, message }: ServerError): Frame {
  const fields = { S: severity, V: severity, C: code, M: message }
  return frame('E', ...Object.entries(fields).map(([key, value]) => cString(key + value)), Buffer.from([0]))
}

/** SQLSTATE and message of an ErrorResponse. */
export function readError({ bytes }: Frame): Pick<ServerError, 'code' | 'message'> {
  const fields = bytes.toString('utf8', headLength).split('\0')
  const field = (letter: string) => fields.find((each) => each.startsWith(letter))?.slice(1) ?? ''
  return { code: field('C'), message: field('M') }
}

/** The columns of a DataRow as text; null for SQL's null. */
export function readRow({ bytes }: Frame): (string | null)[] {
  const columns: (string | null)[] = []
  let at = headLength + 2
  for (let left = bytes.readUInt16BE(headLength); left > 0; left -= 1) {
    const length = bytes.readInt32BE(at)
    at += 4
    columns.push(length < 0 ? null : bytes.toString('utf8', at, at + length))
    at += Math.max(0, length)
  }
  return columns
}
