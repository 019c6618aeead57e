import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  FrameReader,
  cString,
  errorResponse,
  frame,
  int32,
  readError,
  type Frame,
} from '../../src/engine/served/frames.js'
import { GreetingReader, refusalOf } from '../../src/engine/served/handshake.js'
import { EngineStatements, PreparedStatements } from '../../src/engine/served/prepared.js'
import { restore } from '../../src/engine/served/session-state.js'

const parse = (name: string, sql: string) => frame('P', cString(name), cString(sql), Buffer.from([0, 0]))
const bind = (name: string) => frame('B', cString(''), cString(name), Buffer.alloc(6))
const parsed = frame('1')
const bound = frame('2')

const typesOf = (frames: readonly Frame[]) => frames.map(({ type }) => type).join('')
const textOf = ({ bytes }: Frame) => bytes.toString().replaceAll('\0', '|')

test('messages are found whatever the pieces in which they arrive', () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 })
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 1, max: 9 })), (contents, sizes) => {
      const frames = contents.map((content, i) => frame('QPBES'[i % 5] ?? 'Q', content))
      let rest = Buffer.concat(frames.map(({ bytes }) => bytes))
      const reader = new FrameReader()
      const found: Frame[] = []
      for (const size of [...sizes, Infinity]) {
        found.push(...reader.push(rest.subarray(0, size)))
        rest = rest.subarray(Math.min(size, rest.length))
      }
      expect(found.map(textOf)).toEqual(frames.map(textOf))
      expect(typesOf(found)).toBe(typesOf(frames))
    }),
  )
})

test('a session is greeted after its questions for encryption, however they are cut', () => {
  const request = (code: number, body: Buffer) => Buffer.concat([int32(body.length + 8), int32(code), body])
  const start = request(196608, Buffer.from('user\0ada\0database\0postgres\0\0'))
  const bytes = Buffer.concat([request(80877103, Buffer.alloc(0)), start, Buffer.from('rest')])
  const answers: string[] = []
  const reader = new GreetingReader((answer) => answers.push(Buffer.from(answer).toString()))
  const greetings = [bytes.subarray(0, 5), bytes.subarray(5, 20), bytes.subarray(20)].map((piece) =>
    reader.push(piece),
  )
  expect(answers).toEqual(['N'])
  expect(greetings.slice(0, 2)).toEqual([null, null])
  expect(greetings[2]).toMatchObject({ kind: 'session', rest: Buffer.from('rest') })
  expect(() => new GreetingReader(() => {}).push(Buffer.from('GET / HTTP/1.1\r\n'))).toThrow('not a message')
})

test('what a pooler refuses is refused in the words of one', () => {
  const refusal = refusalOf(new Map([['options', '-c x=y']]), 'postgres')
  expect(refusal && readError(refusal)).toEqual({
    code: '08P01',
    message: 'unsupported startup parameter: options',
  })
  expect(refusalOf(new Map([['user', 'ada']]), 'postgres')).toBeNull()
})

test('each client has names of its own, and a lost statement is prepared again before it is used', () => {
  const engine = new EngineStatements()
  const [one, other] = [new PreparedStatements(1), new PreparedStatements(2)]
  const names = [one, other].map((client) => {
    const [sent] = client.toEngine(parse('same', 'SELECT 1'), engine)
    expect(client.isForClient(parsed, engine)).toBe(true)
    return sent && textOf(sent)
  })
  expect(new Set(names).size).toBe(2)
  expect(typesOf(one.toEngine(bind('same'), engine))).toBe('B')
  expect(one.isForClient(bound, engine)).toBe(true)

  const restarted = new EngineStatements()
  expect(typesOf(one.toEngine(bind('same'), restarted))).toBe('PB')
  expect([parsed, bound].map((answer) => one.isForClient(answer, restarted))).toEqual([false, true])
  expect(typesOf(one.toEngine(bind('same'), restarted))).toBe('B')
})

test('a statement that the engine refuses is not known, nor one that another client has unnamed', () => {
  const engine = new EngineStatements()
  const [one, other] = [new PreparedStatements(1), new PreparedStatements(2)]
  one.toEngine(parse('wrong', 'SELEC'), engine)
  one.isForClient(errorResponse({ severity: 'ERROR', code: '42601', message: 'syntax error' }), engine)
  one.isForClient(frame('Z', Buffer.from('I')), engine)
  expect(one.toEngine(bind('wrong'), engine).map(textOf)).toEqual([textOf(bind('wrong'))])

  one.toEngine(parse('', 'SELECT 1'), engine)
  one.isForClient(parsed, engine)
  other.toEngine(parse('', 'SELECT 2'), engine)
  other.isForClient(parsed, engine)
  expect(one.toEngine(bind(''), engine).map(textOf)[0]).toContain('SELECT 1')
})

test('settings are restored whatever characters they have', () => {
  const sql = restore({ user: "o'hara", role: null, settings: [['application_name', "it's a \\"]] })
  expect(sql && textOf(sql)).toContain(
    "SELECT pg_catalog.set_config('application_name',  E'it''s a \\\\', false); SET SESSION AUTHORIZATION 'o''hara'|",
  )
})
