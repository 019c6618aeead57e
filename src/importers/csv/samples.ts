import { CtoError } from '../../errors.js'
import { decode, detectEncoding, type Encoding, UndecodableError } from './encoding.js'
import { refuseOtherKinds } from './file-kind.js'
import type { Samples } from './sniff.js'
import type { Source } from './source.js'

const headCharacters = 512 * 1024
const pieceBytes = 64 * 1024
const pieces = 4

/** For smaller files the head is enough. */
const smallFile = 4 * headCharacters

/** The head of the file as text, and some pieces of the rest. Throws BAD_FILE for a file that is not a text table. */
export async function takeSamples(
  source: Source,
  forced: string | undefined,
): Promise<{ encoding: Encoding; samples: Samples }> {
  const encoding = detectEncoding(await firstBytes(source, forced), forced)
  const { head, complete } = await readHead(source, encoding)
  if (head.trim() === '' && complete) {
    throw new CtoError('BAD_FILE', `"${source.name}" holds no records, only blank lines`, {
      hint: 'export it again',
    })
  }
  return { encoding, samples: { head, complete, further: await furtherPieces(source, encoding) } }
}

async function firstBytes(source: Source, forced: string | undefined): Promise<Buffer> {
  for await (const chunk of source.read()) {
    const wide = detectEncoding(chunk, forced).label.startsWith('utf-16')
    refuseOtherKinds(chunk.subarray(0, 8192), source.name, wide)
    return chunk
  }
  throw new CtoError('BAD_FILE', `"${source.name}" is empty`, { hint: 'export it again' })
}

async function readHead(source: Source, encoding: Encoding): Promise<{ head: string; complete: boolean }> {
  let head = ''
  try {
    for await (const text of decode(source.read(), encoding)) {
      head += text
      if (head.length >= headCharacters) return { head, complete: false }
    }
    return { head, complete: true }
  } catch (error) {
    // Reading the records meets the invalid byte again, and reports its record.
    if (error instanceof UndecodableError) return { head, complete: false }
    throw error
  }
}

/** Pieces start and end anywhere, even inside a character: only their structure is used. */
async function furtherPieces(source: Source, { label }: Encoding): Promise<string[]> {
  if (source.bytes < smallFile || source.compressed) return []
  const decoder = new TextDecoder(label)
  const offsets = Array.from({ length: pieces }, (_, index) => (source.bytes * (index + 1)) / (pieces + 1))
  const found = offsets.map(async (offset) => {
    const even = Math.floor(offset / 4) * 4
    return decoder.decode(await source.sample(even, pieceBytes))
  })
  return Promise.all(found)
}
