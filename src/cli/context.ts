import type { Context } from '../context.js'
import { latest } from '../domain/latest.js'
import { createDatabaseHandle } from './database-handle.js'
import type { HandleInput } from './handle-input.js'
import { createLineHandle } from './line-handle.js'
import { createOutputHandle } from './output-handle.js'
import { progressOnScreen } from './progress.js'
import { createPrompts } from './prompts.js'

/** The context of one command. */
export function createContext(input: HandleInput): Context {
  let present = input.host.now()
  const clock = () => (present = latest([present, input.host.now()]))
  const progress = progressOnScreen()
  const ctx: Context = {
    db: createDatabaseHandle(input, { clock, context: () => ctx }),
    out: createOutputHandle(input, progress, () => ctx),
    ask: createPrompts(input, progress),
    line: createLineHandle(input, () => ctx),
    now: () => present,
  }
  return ctx
}
