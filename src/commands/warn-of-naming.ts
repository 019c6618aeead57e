import type { Context } from '../context.js'
import { visible } from '../output/visible.js'

/** Names what people configured with a name of an erased person: that is theirs to change. */
export function warnOfNaming(ctx: Context, naming: readonly string[]): void {
  if (naming.length > 0) ctx.out.caution(`still named by ${naming.map(visible).join(', ')}`)
}
