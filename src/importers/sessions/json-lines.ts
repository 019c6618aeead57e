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

/** The lines that are not empty, those of a chunk together: a step of an asynchronous generator takes longer than a short line. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonLine[]> {
  let number = 0
  for await (const texts of lines(chunks)) {
    const parsed: JsonLine[] = []
    for (const text of texts) {
      number += 1
      if (text.trim() !== '') parsed.push({ number, record: recordIn(text) })
    }
    yield parsed
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

/** The lines that end in each chunk. One that is too long is cut, so that memory stays bounded. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8')
  let parts: string[] = []
  let length = 0
  const keep = (part: string) => {
    if (length <= mostCharacters) parts.push(part)
    length += part.length
  }
  for await (const chunk of chunks) {
    const pieces = decoder.write(chunk).split('\n')
    const last = pieces.pop() ?? ''
    const [first] = pieces
    if (first !== undefined) {
      keep(first)
      pieces[0] = parts.join('')
      parts = []
      length = 0
      yield pieces
    }
    keep(last)
  }
  keep(decoder.end())
  if (length > 0) yield [parts.join('')]
}
