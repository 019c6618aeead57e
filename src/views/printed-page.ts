import type { Context } from '../context.js'
import { UsageError } from '../errors.js'
import type { PageContent } from '../output/page.js'

/** @throws UsageError where HTML would be printed on a terminal */
export function requireNoTerminal(ctx: Context, hint: string): void {
  if (ctx.out.width !== null) throw new UsageError('HTML is not printed on a terminal', { hint })
}

/** Prints a page as HTML or as Markdown. */
export async function printPage(ctx: Context, page: PageContent, format: 'html' | 'markdown'): Promise<void> {
  const text =
    format === 'markdown'
      ? (await import('../output/markdown-page.js')).markdownPage(page)
      : (await import('../output/html/page.js')).htmlPage(page)
  await ctx.out.document({ data: null, text: () => text })
}
