import { cString, frame, textAt, type Frame } from './frames.js'

/** A statement that a client prepared. */
interface Statement {
  /** Its name in the engine, where the statements of all clients are; empty for the unnamed one. */
  engineName: string
  /** Parse, with the engine's name. */
  parse: Frame
  /** False until the engine accepts it. */
  isAccepted: boolean
}

/** Which statements one run of the engine has. */
export class EngineStatements {
  readonly #named = new Set<Statement>()
  #unnamed: Statement | null = null

  has(statement: Statement): boolean {
    return this.#named.has(statement) || this.#unnamed === statement
  }

  add(statement: Statement): void {
    if (statement.engineName === '') this.#unnamed = statement
    else this.#named.add(statement)
  }

  remove(statement: Statement): void {
    this.#named.delete(statement)
    if (this.#unnamed === statement) this.#unnamed = null
  }

  forgetUnnamed(): void {
    this.#unnamed = null
  }

  forgetAll(): void {
    this.#named.clear()
    this.#unnamed = null
  }
}

/** A message sent to the engine whose answer decides about a statement. */
interface Expected {
  answer: typeof parseComplete | typeof closeComplete
  statement: Statement
  name: string
  /** The client did not send it: it does not get the answer. */
  isOurs: boolean
}

const parseComplete = '1'
const closeComplete = '3'
const errorResponse = 'E'
const commandComplete = 'C'
const readyForQuery = 'Z'

/** Where the name begins in Describe and Close, after the letter for statement or portal. */
const nameOffset = 6

/**
 * The prepared statements of one client. Its names are its own: the engine gets others. A statement that the engine has
 * lost, by a restart or because another client used the unnamed one, is prepared again before it is used.
 */
export class PreparedStatements {
  readonly #clientId: number
  readonly #statements = new Map<string, Statement>()
  #expected: Expected[] = []
  #nextName = 1
  /** After an error, the engine skips messages up to Sync. */
  #isSkipping = false

  constructor(clientId: number) {
    this.#clientId = clientId
  }

  /** What the engine gets for a message of the client. */
  toEngine(message: Frame, engine: EngineStatements): Frame[] {
    switch (message.type) {
      case 'Q':
        engine.forgetUnnamed()
        this.#statements.delete('')
        return [message]
      case 'P':
        return [this.#parse(message)]
      case 'B': {
        const portal = textAt(message.bytes, 5)
        return this.#use(message, 5 + Buffer.byteLength(portal) + 1, engine)
      }
      case 'D':
        return describes(message) ? this.#use(message, nameOffset, engine) : [message]
      case 'C':
        return describes(message) ? [this.#close(message)] : [message]
      default:
        return [message]
    }
  }

  /** Whether the client gets this message of the engine. */
  isForClient(answer: Frame, engine: EngineStatements): boolean {
    switch (answer.type) {
      case parseComplete:
      case closeComplete:
        return this.#settle(answer.type, engine)
      case errorResponse:
        for (const { statement, name } of this.#expected) {
          if (!statement.isAccepted && this.#statements.get(name) === statement) this.#statements.delete(name)
        }
        this.#expected = []
        this.#isSkipping = true
        return true
      case readyForQuery:
        this.#isSkipping = false
        return true
      case commandComplete:
        if (/^(DEALLOCATE|DISCARD) ALL$/.test(textAt(answer.bytes, 5))) {
          engine.forgetAll()
          this.#statements.clear()
        }
        return true
      default:
        return true
    }
  }

  /** For a client that left: the messages that remove its statements from the engine, without Sync. */
  removal(engine: EngineStatements): Frame[] {
    const left = [...this.#statements.values()].filter((each) => engine.has(each) && each.engineName !== '')
    for (const statement of left) engine.remove(statement)
    return left.map(({ engineName }) => frame('C', Buffer.from('S'), cString(engineName)))
  }

  /** The engine was restarted in the middle of a message. */
  interrupted(): void {
    this.#expected = []
    this.#isSkipping = false
  }

  #parse(message: Frame): Frame {
    const name = textAt(message.bytes, 5)
    const known = this.#statements.get(name)
    const engineName = name === '' ? '' : (known?.engineName ?? `${this.#clientId}_${this.#nextName++}`)
    const parse = renamed(message, 5, name, engineName)
    if (this.#isSkipping) return parse
    // A second statement of a name is an error of the engine, which keeps the first; a new unnamed one replaces it.
    const statement = known?.isAccepted && name !== '' ? known : { engineName, parse, isAccepted: false }
    this.#statements.set(name, statement)
    this.#expected.push({ answer: parseComplete, statement, name, isOurs: false })
    return parse
  }

  #use(message: Frame, offset: number, engine: EngineStatements): Frame[] {
    const name = textAt(message.bytes, offset)
    const statement = this.#statements.get(name)
    if (!statement) return [message]
    const use = renamed(message, offset, name, statement.engineName)
    const isThere = engine.has(statement) || this.#expected.some((each) => each.statement === statement)
    if (isThere || this.#isSkipping) return [use]
    this.#expected.push({ answer: parseComplete, statement, name, isOurs: true })
    return [statement.parse, use]
  }

  #close(message: Frame): Frame {
    const name = textAt(message.bytes, nameOffset)
    const statement = this.#statements.get(name) ?? { engineName: name, parse: message, isAccepted: false }
    if (!this.#isSkipping) {
      this.#expected.push({ answer: closeComplete, statement, name, isOurs: false })
    }
    return renamed(message, nameOffset, name, statement.engineName)
  }

  #settle(answer: Expected['answer'], engine: EngineStatements): boolean {
    const [expected] = this.#expected
    // The closing of a portal expects nothing.
    if (expected?.answer !== answer) return true
    this.#expected.shift()
    const { statement, name, isOurs } = expected
    if (answer === parseComplete) {
      statement.isAccepted = true
      engine.add(statement)
    } else {
      engine.remove(statement)
      if (this.#statements.get(name) === statement) this.#statements.delete(name)
    }
    return !isOurs
  }
}

/** Whether Describe or Close is about a statement, rather than a portal. */
function describes({ bytes }: Frame): boolean {
  return bytes.readUInt8(5) === 'S'.charCodeAt(0)
}

/** The message with another name at `offset`. */
function renamed({ type, bytes }: Frame, offset: number, name: string, by: string): Frame {
  const end = offset + Buffer.byteLength(name) + 1
  return frame(type, bytes.subarray(5, offset), cString(by), bytes.subarray(end))
}
