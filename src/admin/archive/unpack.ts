import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { DamagedArchive } from './damage.js'
import { largestPiece } from './pieces.js'

/** Bytes of the smallest gzip: its header, an empty block, its trailer. */
const leastBytes = 20

const inflate = promisify(gunzip)

/** The size that a gzip states in its last four bytes; nothing for bytes that are no gzip. */
export function claimedBytes(packed: Uint8Array): number {
  if (packed.length < leastBytes) return 0
  return new DataView(packed.buffer, packed.byteOffset).getUint32(packed.length - 4, true)
}

/**
 * The text of a piece. Memory is bound by what it claims to hold, which is checked first: a few kilobytes can unpack to
 * gigabytes.
 *
 * @throws DamagedArchive
 */
export async function unpack(name: string, packed: Uint8Array): Promise<Buffer> {
  const bytes = claimedBytes(packed)
  if (bytes > largestPiece) throw new DamagedArchive(`${name} claims to hold ${bytes} bytes`)
  try {
    // One more: a buffer that is full is followed by a second one.
    return await inflate(packed, { chunkSize: Math.max(64, bytes + 1), maxOutputLength: Math.max(1, bytes) })
  } catch {
    throw new DamagedArchive(`${name} cannot be unpacked`)
  }
}
