import { isUtf8 } from 'node:buffer'
import { CtoError } from '../errors.js'
import { kindOf } from './csv/file-kind.js'
import { rawAnswersIn } from './file/other-facts.js'
import type { Source } from './csv/source.js'

/** How messages name the file, and what it should be. */
interface Expected {
  name: string
  hint: string
}

/**
 * The chunks of a file of JSON: one document, or a value a line.
 *
 * @throws CtoError BAD_FILE where no line at its beginning begins an object or a list
 */
export async function* jsonChunks<Chunk extends Uint8Array>(
  chunks: AsyncIterable<Chunk>,
  expected: Expected,
): AsyncGenerator<Chunk> {
  let isKnown = false
  for await (const chunk of chunks) {
    isKnown ||= isJson(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), expected)
    yield chunk
  }
}

/** Looks at the beginning of the file. @throws CtoError BAD_FILE as `jsonChunks` */
export async function requireJson(source: Source, hint: string): Promise<void> {
  const [head] = await firstOf(jsonChunks(source.read(), { name: source.name, hint }))
  if (!head) throw new CtoError('BAD_FILE', `"${source.name}" is empty`, { hint })
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  for await (const item of items) return [item]
  return []
}

/** False where the beginning is blank. */
function isJson(head: Buffer, { name, hint }: Expected): boolean {
  const text = head.toString('utf8').replace(/^\ufeff/, '')
  if (text.trim() === '') return false
  const kind = kindOf(head)
  if (kind === null && /^\s*[[{]/m.test(text)) return true
  const isTable = kind === null && isUtf8(head.subarray(0, head.lastIndexOf('\n') + 1)) && isDelimited(text)
  const raw = isTable ? rawAnswersIn(columnsIn(text)) : null
  const looks = raw === null ? 'it looks like a table' : `it looks like ${raw.what}`
  throw new CtoError('BAD_FILE', `"${name}" is not a JSON file`, {
    reason: kind !== null ? `it is ${kind}` : isTable ? looks : undefined,
    hint: raw?.hint ?? (isTable ? 'cto import csv FILE --type bugs reads tables' : hint),
  })
}

/** The first line, whatever separates its columns. */
function columnsIn(text: string): string[] {
  const [header = ''] = text.trimStart().split('\n', 1)
  return header.split(/[,;\t|]/).map((column) => column.trim().replace(/^"(.*)"$/, '$1'))
}

function isDelimited(text: string): boolean {
  return /^[^\n]*[,;\t|]/.test(text.trimStart())
}
