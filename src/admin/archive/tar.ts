/*
 * A plain POSIX ustar, as much of it as an archive needs: regular files with short names. It is written and read member by
 * member, and read strictly: whatever this file would not write is damage.
 */

export const block = 512

/** The two blocks of zeros that end it. */
export const tarEnd = Buffer.alloc(2 * block)

export interface TarMember {
  name: string
  body: Uint8Array
}

/** A member: its header, its bytes, and zeros up to the next block. */
export function tarMember({ name, body }: TarMember, modifiedAt: Date): Buffer {
  const header = tarHeader({ name, size: body.length, seconds: Math.floor(modifiedAt.getTime() / 1000) })
  return Buffer.concat([header, body, Buffer.alloc(paddingOf(body.length))])
}

function tarHeader({ name, size, seconds }: { name: string; size: number; seconds: number }): Buffer {
  if (Buffer.byteLength(name) > 99) throw new Error(`${name} is too long for a name in a tar`)
  const header = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number) => {
    header.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1')
  }
  header.write(name, 0)
  octal(0o600, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(seconds, 136, 12)
  header.write('0', 156, 'latin1')
  header.write('ustar\u000000', 257, 'latin1')
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

/** Of all bytes of a header, its sum counted as blanks. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0)
}

/** The zeros behind a body of this size. */
export function paddingOf(size: number): number {
  return (block - (size % block)) % block
}

/** Larger members are damage, whatever they hold. */
const largestMember = 2 ** 30

/** Bytes from a stream, by the number. */
interface ByteSource {
  /** Fewer only at the end. */
  take(count: number): Promise<Buffer>
  /** Ends the stream, also where it is not read to its end. */
  close(): Promise<void>
}

/**
 * Reads members in order, each into memory.
 *
 * @param mostBytes of a member of this name
 * @throws TarDamage
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: (name: string) => number = () => largestMember,
): AsyncGenerator<TarMember> {
  const source = bytesOf(chunks)
  try {
    yield* readMembers(source, mostBytes)
  } finally {
    await source.close()
  }
}

async function* readMembers(
  source: ByteSource,
  mostBytes: (name: string) => number,
): AsyncGenerator<TarMember> {
  for (;;) {
    const header = await whole(source, block)
    if (header.every((byte) => byte === 0)) break
    const { name, size } = parseTarHeader(header)
    if (size > mostBytes(name)) throw new TarDamage(`${name} is too large`)
    const body = await whole(source, size)
    const padding = await whole(source, paddingOf(size))
    if (padding.some((byte) => byte !== 0)) throw new TarDamage(`${name} is followed by other bytes`)
    yield { name, body }
  }
  const rest = Buffer.concat([await whole(source, block), await source.take(1)])
  if (rest.length > block || rest.some((byte) => byte !== 0))
    throw new TarDamage('there are bytes after the end')
}

/** Bytes that are not valid in an archive of cto. The message has their position. */
export class TarDamage extends Error {}

async function whole(source: ByteSource, count: number): Promise<Buffer> {
  const bytes = await source.take(count)
  if (bytes.length < count) throw new TarDamage('it is cut off')
  return bytes
}

/** @throws TarDamage unless it is byte for byte what `tarMember` writes */
export function parseTarHeader(header: Buffer): { name: string; size: number } {
  const name = header.toString('utf8', 0, header.indexOf(0))
  const size = parseInt(header.toString('latin1', 124, 135), 8)
  const seconds = parseInt(header.toString('latin1', 136, 147), 8)
  const isOurs =
    name !== '' &&
    size >= 0 &&
    size <= largestMember &&
    seconds >= 0 &&
    Buffer.byteLength(name) < 100 &&
    tarHeader({ name, size, seconds }).equals(header)
  if (!isOurs) throw new TarDamage('the header of a member is damaged')
  return { name, size }
}

function bytesOf(chunks: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]()
  /** Read, but not taken. */
  let rest: Uint8Array = new Uint8Array(0)
  const next = async () => {
    const piece = await iterator.next()
    rest = piece.done === true ? new Uint8Array(0) : piece.value
    return piece.done !== true
  }
  return {
    take: async (count) => {
      // In one buffer from the start: joining the chunks afterwards would need the memory twice.
      const bytes = Buffer.allocUnsafe(count)
      let filled = 0
      while (filled < count && (rest.length > 0 || (await next()))) {
        const part = rest.subarray(0, count - filled)
        bytes.set(part, filled)
        filled += part.length
        rest = rest.subarray(part.length)
      }
      return bytes.subarray(0, filled)
    },
    close: async () => {
      await iterator.return?.()
    },
  }
}
