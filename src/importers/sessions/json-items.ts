import { StringDecoder } from 'node:string_decoder'
import { CtoError } from '../../errors.js'

export type JsonPath = readonly (string | number)[]

export interface JsonItem {
  path: JsonPath
  value: unknown
}

/** Longer items are refused, so that memory stays bounded. */
const mostCharacters = 16 * 1024 * 1024

/** Where the scanner is inside one container. */
interface Level {
  isArray: boolean
  key: string | number
}

/**
 * The values of a JSON document at the wanted paths, one at a time, in their order: an export of any size is read without
 * being held in memory. Values inside a wanted one are part of it.
 *
 * @throws CtoError BAD_FILE where the text is no JSON
 */
export async function* jsonItems(
  chunks: AsyncIterable<Buffer>,
  isWanted: (path: JsonPath) => boolean,
): AsyncGenerator<JsonItem> {
  const scanner = new Scanner(isWanted)
  const decoder = new StringDecoder('utf8')
  for await (const chunk of chunks) yield* scanner.scan(decoder.write(chunk))
  yield* scanner.scan(decoder.end())
  scanner.end()
}

class Scanner {
  readonly #isWanted: (path: JsonPath) => boolean
  readonly #levels: Level[] = []
  #isInString = false
  #isEscaped = false
  #isKeyNext = false
  #isInScalar = false
  readonly #key = new Span()
  /** The wanted value that is read, and the depth at which it stands. */
  readonly #item = new Span()
  #itemPath: JsonPath | null = null

  constructor(isWanted: (path: JsonPath) => boolean) {
    this.#isWanted = isWanted
  }

  *scan(text: string): Generator<JsonItem> {
    for (let at = 0; at < text.length; at += 1) {
      const character = text.charAt(at)
      if (this.#isInString) this.#readString(text, at)
      else if (character === '"') this.#openString(at)
      else if (character === '{' || character === '[') {
        this.#begin(at)
        this.#levels.push({ isArray: character === '[', key: 0 })
        this.#isKeyNext = character === '{'
      } else if (character === '}' || character === ']') {
        yield* this.#endScalar(text, at)
        this.#levels.pop()
        this.#isKeyNext = false
        yield* this.#endItem(text, at + 1)
      } else if (character === ',') {
        yield* this.#endScalar(text, at)
        const level = this.#levels.at(-1)
        if (level?.isArray) level.key = Number(level.key) + 1
        else this.#isKeyNext = true
      } else if (character === ':') this.#isKeyNext = false
      else if (!this.#isInScalar && !/\s/.test(character)) {
        this.#begin(at)
        this.#isInScalar = true
      }
    }
    this.#key.pause(text)
    this.#item.pause(text)
    if (this.#item.length > mostCharacters) throw notJson('a record of it is longer than 16 MB')
  }

  /** @throws CtoError BAD_FILE for a document that ends too early */
  end(): void {
    if (this.#levels.length > 0 || this.#isInString) throw notJson('it ends too early')
  }

  #openString(at: number): void {
    this.#isInString = true
    if (this.#isKeyNext && this.#levels.at(-1)?.isArray === false) this.#key.start(at)
    else if (!this.#isInScalar) {
      this.#begin(at)
      this.#isInScalar = true
    }
  }

  #readString(text: string, at: number): void {
    const character = text.charAt(at)
    if (this.#isEscaped) this.#isEscaped = false
    else if (character === '\\') this.#isEscaped = true
    else if (character === '"') {
      this.#isInString = false
      const level = this.#levels.at(-1)
      if (this.#key.isOpen && level) level.key = String(parsed(this.#key.take(text, at + 1)))
    }
  }

  /** A value begins. */
  #begin(at: number): void {
    if (this.#itemPath !== null) return
    const path = this.#levels.map(({ key }) => key)
    if (!this.#isWanted(path)) return
    this.#itemPath = path
    this.#item.start(at)
  }

  *#endScalar(text: string, at: number): Generator<JsonItem> {
    if (!this.#isInScalar) return
    this.#isInScalar = false
    yield* this.#endItem(text, at)
  }

  /** A value ends: it may be the wanted one. */
  *#endItem(text: string, at: number): Generator<JsonItem> {
    if (this.#itemPath?.length !== this.#levels.length) return
    const path = this.#itemPath
    this.#itemPath = null
    yield { path, value: parsed(this.#item.take(text, at)) }
  }
}

/** A part of the text that may continue in the next chunk. */
class Span {
  #pieces: string[] = []
  #from: number | null = null
  length = 0

  get isOpen(): boolean {
    return this.#from !== null
  }

  start(at: number): void {
    this.#from = at
  }

  take(text: string, at: number): string {
    const whole = this.#pieces.join('') + text.slice(this.#from ?? 0, at)
    this.#pieces = []
    this.#from = null
    this.length = 0
    return whole
  }

  /** The chunk ends here. */
  pause(text: string): void {
    if (this.#from === null) return
    const piece = text.slice(this.#from)
    this.#pieces.push(piece)
    this.length += piece.length
    this.#from = 0
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notJson('it is damaged')
  }
}

function notJson(reason: string): CtoError {
  return new CtoError('BAD_FILE', 'the file is not a JSON document', { reason, hint: 'export it again' })
}
