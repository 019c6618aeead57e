import type { Hash } from 'node:crypto'
import { CtoError } from '../../errors.js'
import type { Source } from '../csv/source.js'
import { readTranscript } from './claude-transcript.js'
import { readCtoLines } from './cto-ndjson.js'
import type { Telling } from './telling.js'
import { fieldsOf, type Fields } from './values.js'

/** What a session can be ingested from; the name is the source under which it is stored. */
export const sessionFormats = ['claude-transcript', 'cto'] as const

export type SessionFormat = (typeof sessionFormats)[number]

interface Reading {
  now: Date
  /** Receives the bytes of the file. */
  hash: Hash
}

/** Everything that a file tells, in its order. */
export function readFormat(
  format: SessionFormat,
  file: Source,
  { now, hash }: Reading,
): AsyncIterable<Telling> {
  const chunks = file.read({ hash })
  switch (format) {
    case 'claude-transcript':
      return readTranscript(chunks, { now })
    case 'cto':
      return readCtoLines(chunks)
  }
}

/** As much of a file as shows its format. */
const headBytes = 64 * 1024

/** The format of a file by its beginning. @throws CtoError BAD_FILE */
export async function detectFormat(file: Source): Promise<SessionFormat> {
  for (const record of await beginningOf(file)) {
    if (isCto(record)) return 'cto'
    if (isTranscript(record)) return 'claude-transcript'
  }
  throw new CtoError('BAD_FILE', `"${file.name}" is none of the formats that tell of sessions`, {
    hint: `name its format: --from ${sessionFormats.join('|')}`,
  })
}

function isCto(record: Fields): boolean {
  return typeof record['session'] === 'string'
}

function isTranscript(record: Fields): boolean {
  const isMessage = fieldsOf(record['message']) !== null || typeof record['type'] === 'string'
  return isMessage && typeof record['sessionId'] === 'string'
}

/** The records of the first lines. */
async function beginningOf(file: Source): Promise<Fields[]> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of file.read()) {
    parts.push(chunk)
    length += chunk.length
    if (length >= headBytes) break
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .split('\n')
    .flatMap((line): Fields[] => {
      try {
        const record = fieldsOf(JSON.parse(line))
        return record === null ? [] : [record]
      } catch {
        return []
      }
    })
}
