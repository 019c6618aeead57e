import type { Context } from '../context.js'

/** How the remark on a deletion begins: what is printed of the record looks the same before and after it. */
export function deletedWord(ctx: Context): string {
  return ctx.line.flags.dryRun ? 'would delete' : 'deleted'
}
