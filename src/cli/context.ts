import type { Context } from '../context.js'
import { createDatabaseHandle } from './database-handle.js'
import type { HandleInput } from './handle-input.js'
import { createLineHandle } from './line-handle.js'
import { createOutputHandle } from './output-handle.js'
import { createPrompts } from './prompts.js'

/** The context of one command. */
export function createContext(input: HandleInput): Context {
  const startedAt = input.host.now()
  const ctx: Context = {
    db: createDatabaseHandle(input, { startedAt, context: () => ctx }),
    out: createOutputHandle(input, { startedAt, context: () => ctx }),
    ask: createPrompts(input),
    line: createLineHandle(input, () => ctx),
    now: () => startedAt,
  }
  return ctx
}
