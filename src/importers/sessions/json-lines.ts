import { StringDecoder } from 'node:string_decoder'
import { Unreadable } from './entry.js'
import { fieldsOf, type Fields } from './values.js'

/** A line of a file that holds one JSON object per line. */
export interface JsonLine {
  number: number
  record: Fields | Unreadable
}

/** Longer lines are rejected: a transcript may hold pictures, but no line of it has more than this. */
const mostCharacters = 64 * 1024 * 1024

/** The lines that are not empty, one at a time. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonLine> {
  let number = 0
  for await (const text of lines(chunks)) {
    number += 1
    if (text.trim() === '') continue
    yield { number, record: recordIn(text) }
  }
}

function recordIn(text: string): Fields | Unreadable {
  if (text.length > mostCharacters) return new Unreadable(null, 'the line is longer than 64 MB')
  try {
    return fieldsOf(JSON.parse(text)) ?? new Unreadable(null, 'not an object')
  } catch {
    return new Unreadable(null, 'not JSON')
  }
}

/** A line that is too long is cut, so that memory stays bounded. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let length = 0
  const keep = (part: string) => {
    if (length <= mostCharacters) parts.push(part)
    length += part.length
  }
  for await (const chunk of chunks) {
    const pieces = decoder.write(chunk).split('\n')
    for (const piece of pieces.slice(0, -1)) {
      keep(piece)
      yield parts.join('')
      parts = []
      length = 0
    }
    keep(pieces.at(-1) ?? '')
  }
  keep(decoder.end())
  if (length > 0) yield parts.join('')
}
