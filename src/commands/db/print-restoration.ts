import type { Restoration } from '../../shapes/archive.js'
import type { Context } from '../../context.js'
import { counted } from '../../domain/counted.js'
import { grouped } from '../../output/number-text.js'
import { restoredTableView } from '../../views/archive.js'

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
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  ctx.out.notice(
    `${done}: ${counted(tables.length, 'table')} with ${grouped(String(rows))} rows, read back and compared; no difference`,
  )
  if (migrated.length > 0) ctx.out.notice(`migrated: ${migrated.join(', ')}`)
}
