import type { Restoration } from '../../shapes/archive.js'
import type { Context } from '../../context.js'
import { restoredTableView } from '../../views/archive.js'

export async function printRestoration(ctx: Context, restoration: Restoration): Promise<void> {
  const { tables, migrated } = restoration
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: restoration, text: () => '' })
    return
  }
  await ctx.out.page(restoredTableView, { data: tables, total: tables.length })
  if (migrated.length > 0) ctx.out.notice(`migrated: ${migrated.join(', ')}`)
}
