import type { Format } from '../output/format.js'
import type { Env, Host, OutputStream } from './host.js'
import type { ProgramOptions } from './global-options.js'

/** On a terminal a table, in a pipe the same as TSV, unless a flag or a setting names another. */
export function chosenFormat(
  host: Host,
  flags: Pick<ProgramOptions, 'json' | 'output'> & { format: Format | undefined },
  accessible: boolean,
): Format {
  if (flags.format) return flags.format
  if (flags.json) return 'json'
  if (!toTerminal(host, flags)) return 'tsv'
  return accessible ? 'list' : 'table'
}

/** `--color` > `NO_COLOR` > `FORCE_COLOR` > whether it is a terminal. */
export function mayColour(stream: OutputStream, flags: Pick<ProgramOptions, 'color'>, env: Env): boolean {
  if (flags.color === 'always' || flags.color === 'never') return flags.color === 'always'
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return stream.isTerminal && env['TERM'] !== 'dumb'
}

/** Whether a person reads the data on a terminal. */
export function toTerminal(host: Host, flags: Pick<ProgramOptions, 'output'>): boolean {
  return flags.output === undefined && host.stdout.isTerminal
}
