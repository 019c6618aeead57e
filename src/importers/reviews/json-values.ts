import { parseJson } from '../../domain/parse-json.js'
import { CtoError } from '../../errors.js'

/** Where a value stands: the number of its document, then keys and numbers of elements. */
export type JsonPath = readonly (string | number)[]

export interface JsonValue {
  path: JsonPath
  /** Of an object or array of which only parts are read: that it begins, and nothing else. */
  begins: 'object' | 'array' | null
  value: unknown
}

/** What is read of a value: all of it; only that it begins; nothing of it itself. */
export type Wanted = (path: JsonPath) => 'value' | 'begin' | null

/** For hints. */
export const readable = 'cto reads SARIF, rdjson, GitLab code quality, SonarQube issues and GitHub alerts'

/** More than any one finding or rule list needs: a value is parsed in memory. */
const mostCharacters = 16 * 2 ** 20
const deepest = 200

/** A frame of the document around the position. */
interface Open {
  kind: 'object' | 'array'
  /** The key or number of the value that comes next or is being read. */
  at: string | number
}

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd'

const space = /[ \t\r\n]*/y
const text = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y
const word = /[-+.\w]+/y
const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/

/**
 * Reads the wanted values of JSON of any size, one or several documents after each other, in order. Memory is that of one
 * value. What is not wanted is checked all the same.
 *
 * @throws CtoError BAD_FILE where it is no JSON, with the place; where it is cut off
 */
export async function* jsonValues(
  chunks: AsyncIterable<Uint8Array>,
  { name, wanted }: { name: string; wanted: Wanted },
): AsyncGenerator<JsonValue> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const scanner = new JsonScanner(name, wanted)
  for await (const chunk of chunks) {
    yield* scanner.read(decode(chunk))
  }
  yield* scanner.end(decode())

  function decode(chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch {
      throw new CtoError('BAD_FILE', `"${name}" is not JSON`, { reason: 'it is not UTF-8' })
    }
  }
}

class JsonScanner {
  private readonly stack: Open[] = []
  private expected: Expected = 'value'
  private document = 0
  /** Not yet consumed text, from `position`. */
  private buffer = ''
  private position = 0
  /** Characters before the buffer, for messages. */
  private consumed = 0
  /** Where the value that is kept begins in the buffer, and how deep it is. */
  private kept: { start: number; depth: number } | null = null

  private readonly name: string
  private readonly wanted: Wanted

  constructor(name: string, wanted: Wanted) {
    this.name = name
    this.wanted = wanted
  }

  *read(more: string, isLast = false): Generator<JsonValue> {
    const start = this.kept?.start ?? this.position
    this.consumed += start
    this.buffer = this.buffer.slice(start) + more
    this.position -= start
    if (this.kept) this.kept.start = 0
    if (this.buffer.length > mostCharacters) {
      throw new CtoError('BAD_FILE', `"${this.name}" has a value of more than ${mostCharacters / 2 ** 20} MB`)
    }
    for (;;) {
      this.position = end(space, this.buffer, this.position) ?? this.position
      const character = this.buffer[this.position]
      if (character === undefined) return
      const token = this.tokenEnd(character)
      // A text or number may continue in the next chunk.
      if (token === null || (token === this.buffer.length && !isLast && !'{}[]:,"'.includes(character))) {
        if (token === null && this.isBroken()) throw this.failure()
        return
      }
      yield* this.take(character, token)
    }
  }

  *end(rest: string): Generator<JsonValue> {
    yield* this.read(rest, true)
    if (this.stack.length > 0 || this.position < this.buffer.length) {
      throw new CtoError('BAD_FILE', `"${this.name}" is cut off`, {
        reason: `the JSON ends in ${this.path().slice(1).join('.') || 'its first value'}`,
        hint: 'write or fetch it again',
      })
    }
    if (this.document === 0) throw new CtoError('BAD_FILE', `"${this.name}" is empty`)
  }

  /** Null: a text that does not end in the buffer, or is invalid. */
  private tokenEnd(character: string): number | null {
    if ('{}[]:,'.includes(character)) return this.position + 1
    return end(character === '"' ? text : word, this.buffer, this.position)
  }

  /** Whether no further input can complete the token. */
  private isBroken(): boolean {
    if (this.buffer[this.position] !== '"') return true
    const partial =
      /^"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*(?:\\(?:u[0-9a-fA-F]{0,3})?)?$/
    return !partial.test(this.buffer.slice(this.position))
  }

  private *take(character: string, tokenEnd: number): Generator<JsonValue> {
    const { expected } = this
    if (character === '}' || character === ']') {
      const frame = this.stack.at(-1)
      const kind = character === '}' ? 'object' : 'array'
      const mayEnd = expected === 'commaOrEnd' || expected === (kind === 'object' ? 'keyOrEnd' : 'valueOrEnd')
      if (frame?.kind !== kind || !mayEnd) throw this.failure()
      this.stack.pop()
      this.position = tokenEnd
      yield* this.closed()
    } else if (expected === 'colon' || expected === 'commaOrEnd') {
      if (character !== (expected === 'colon' ? ':' : ',')) throw this.failure()
      const frame = this.stack.at(-1)
      if (expected === 'commaOrEnd' && typeof frame?.at === 'number') frame.at++
      this.expected = expected === 'colon' || frame?.kind === 'array' ? 'value' : 'key'
      this.position = tokenEnd
    } else if (expected === 'key' || expected === 'keyOrEnd') {
      const frame = this.stack.at(-1)
      if (character !== '"' || !frame) throw this.failure()
      frame.at = JSON.parse(this.buffer.slice(this.position, tokenEnd)) as string
      this.expected = 'colon'
      this.position = tokenEnd
    } else {
      yield* this.begin(character, tokenEnd)
    }
  }

  private *begin(character: string, tokenEnd: number): Generator<JsonValue> {
    const how = this.kept ? null : this.wanted(this.path())
    if (how === 'value') this.kept = { start: this.position, depth: this.stack.length }
    const start = this.position
    if (character === '{' || character === '[') {
      const isObject = character === '{'
      const kind = isObject ? 'object' : 'array'
      if (how === 'begin') yield { path: this.path(), begins: kind, value: undefined }
      this.stack.push({ kind, at: isObject ? '' : 0 })
      if (this.stack.length > deepest) throw this.failure(`nested more than ${deepest} levels deep`)
      this.expected = isObject ? 'keyOrEnd' : 'valueOrEnd'
      this.position = tokenEnd
      return
    }
    if (character !== '"' && !scalar.test(this.buffer.slice(start, tokenEnd))) throw this.failure()
    this.position = tokenEnd
    yield* this.closed()
  }

  /** A value has ended. */
  private *closed(): Generator<JsonValue> {
    const { kept } = this
    if (kept?.depth === this.stack.length) {
      this.kept = null
      try {
        yield {
          path: this.path(),
          begins: null,
          value: parseJson(this.buffer.slice(kept.start, this.position)),
        }
      } catch (error) {
        if (error instanceof SyntaxError) throw this.failure(error.message)
        throw error
      }
    }
    this.expected = this.stack.length === 0 ? 'value' : 'commaOrEnd'
    if (this.stack.length === 0) this.document++
  }

  private path(): JsonPath {
    return [this.document, ...this.stack.map(({ at }) => at)]
  }

  private failure(reason?: string): CtoError {
    const at = this.consumed + this.position + 1
    return new CtoError('BAD_FILE', `"${this.name}" is not JSON`, {
      reason: reason ?? `unexpected character at ${at}`,
      hint: readable,
    })
  }
}

/** Where the token that begins at a position ends; null where none does. */
function end(pattern: RegExp, buffer: string, position: number): number | null {
  pattern.lastIndex = position
  return pattern.test(buffer) ? pattern.lastIndex : null
}
