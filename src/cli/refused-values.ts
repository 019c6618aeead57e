import type { Argument, Command, Option } from 'commander'
import { CtoError } from '../errors.js'

/** Names the flag or the argument in the error of every value that it refuses. */
export function nameRefusedValues(command: Command): void {
  for (const option of command.options) wrap(option, option.long ?? option.flags)
  for (const argument of command.registeredArguments) wrap(argument, argument.name())
  for (const child of command.commands) nameRefusedValues(child)
}

function wrap(taker: Option | Argument, name: string): void {
  const parse = taker.parseArg
  if (parse === undefined) return
  const refusing = (value: string, previous: never): unknown => {
    try {
      return parse(value, previous)
    } catch (error) {
      if (!(error instanceof CtoError)) throw error
      const { code, message, reason, hint, cause } = error
      throw new CtoError(code, named(message, name), { reason, hint, cause })
    }
  }
  taker.parseArg = refusing as typeof parse
}

/** `--limit "x" is not a whole number`, and no name twice. */
function named(message: string, name: string): string {
  if (message.startsWith('"')) return `${name} ${message}`
  const word = name.replace(/^--/, '').replaceAll('-', ' ').toLowerCase()
  return message.toLowerCase().replaceAll('-', ' ').includes(word) ? message : `${name}: ${message}`
}
