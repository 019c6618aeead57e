import { CtoError } from '../../errors.js'
import type { Source } from '../csv/source.js'
import { storableJson } from './storable-json.js'

/** A record of a file. */
export interface FileRecord {
  /** Counted from 1; of a file that is one JSON value in several lines, the place in its list. */
  line: number
  value: unknown
  /** Why it could not be read; null where it could. */
  problem: string | null
}

/** GitHub's payloads have at most 25 MB. */
const mostLineBytes = 64 * 1024 * 1024

/** One JSON value, or a list of them, a line; or one value, or a list of them, in the whole file. */
export async function* readRecords(source: Source): AsyncGenerator<FileRecord> {
  let line = 0
  let isFirst = true
  for await (const text of linesOf(source)) {
    line += 1
    if (text.trim() === '') continue
    const record = parsed(text, line)
    const mayBeWhole = isFirst
    isFirst = false
    if (mayBeWhole && record.problem !== null) {
      const whole = await wholeFile(source)
      if (whole !== null) {
        yield* whole.map((value, at) => ({ line: at + 1, value, problem: null }))
        return
      }
    }
    if (Array.isArray(record.value)) yield* record.value.map((value: unknown) => ({ ...record, value }))
    else yield record
  }
}

async function* linesOf(source: Source): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let size = 0
  for await (const chunk of source.read()) {
    let start = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      parts.push(chunk.subarray(start, end))
      yield Buffer.concat(parts).toString('utf8')
      parts = []
      size = 0
      start = end + 1
    }
    if (start === chunk.length) continue
    parts.push(Buffer.from(chunk.subarray(start)))
    size += chunk.length - start
    if (size > mostLineBytes) {
      throw new CtoError(
        'BAD_FILE',
        `"${source.name}" has a line of more than ${mostLineBytes / 1024 ** 2} MB`,
        {
          hint: 'write one event a line',
        },
      )
    }
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString('utf8')
}

/** The values of a file that is one JSON value; null for any other file. */
async function wholeFile(source: Source): Promise<readonly unknown[] | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of source.read()) {
    chunks.push(chunk)
    size += chunk.length
    if (size > mostLineBytes) return null
  }
  const { value, problem } = parsed(Buffer.concat(chunks).toString('utf8'), 1)
  if (problem !== null) return null
  return Array.isArray(value) ? (value as unknown[]) : [value]
}

function parsed(text: string, line: number): FileRecord {
  try {
    // Windows begins files with a byte order mark.
    return { line, value: storableJson(text.replace(/^\ufeff/, '')), problem: null }
  } catch (error) {
    return {
      line,
      value: null,
      problem: `not JSON: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}
