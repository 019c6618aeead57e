import type { Restoration } from '../../shapes/archive.js'
import type { Context } from '../../context.js'
import { restoredTableView, restoredText } from '../../views/archive.js'

export async function printRestoration(
  ctx: Context,
  restoration: Restoration,
  done: 'restored' | 'copied',
): Promise<void> {
  const { tables, migrated } = restoration
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: restoration, text: () => '' })
    return
  }
  await ctx.out.page(restoredTableView, { data: tables, total: tables.length })
  ctx.out.notice(restoredText(done, tables))
  if (migrated.length > 0) ctx.out.notice(`migrated: ${migrated.join(', ')}`)
}
