import type { Command } from 'commander'
import type { CommandOutput } from '../commands/definition.js'
import type { Context } from '../context.js'
import { UsageError } from '../errors.js'
import { formatOfEnding, misleadingEnding } from '../output/file-ending.js'
import { documentFormats, formats, type Format } from '../output/format.js'

/** @throws UsageError for a format that was asked for and that the command does not print */
export function requireFormat(command: Command, output: CommandOutput): void {
  const { format } = command.optsWithGlobals<{ format?: Format }>()
  const valid = validFormats(output)
  if (format === undefined || valid.includes(format)) return
  throw new UsageError(`this command has no format "${format}"`, { hint: `valid: ${valid.join(', ')}` })
}

/** The format follows from flags alone, so that a script prints the same under any name. Pages are refused instead. */
export function warnOfEnding(ctx: Context, output: CommandOutput): void {
  const { output: file, format = 'tsv' } = ctx.line.flags
  const valid = validFormats(output)
  if (file === undefined || valid.includes('html')) return
  const written = valid.includes(format) ? format : (output.text ?? 'text')
  const ending = misleadingEnding(file, written)
  if (ending === null) return
  const wanted = formatOfEnding(ending)
  const fix =
    wanted !== null && valid.includes(wanted)
      ? `for ${wanted} add --format ${wanted}`
      : `this command writes no ${ending}`
  ctx.out.notice(`warning: ${file} contains ${written}; ${fix}`)
}

function validFormats({ list, record, document, formats: own = [] }: CommandOutput): readonly Format[] {
  const isDocument = document !== undefined && (list ?? record) === undefined
  return isDocument ? [...own, ...documentFormats] : [...formats, ...own]
}
