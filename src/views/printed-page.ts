import type { Context } from '../context.js'
import { shellQuoted } from '../domain/shell-quoted.js'
import { UsageError } from '../errors.js'
import { formatOfEnding, misleadingEnding } from '../output/file-ending.js'
import type { PageContent } from '../output/page.js'

export type PageFormat = 'html' | 'markdown'

interface PageOptions {
  /** Whether a flag of the command asks for Markdown. */
  markdown?: true | undefined
  /** The flag that asks for Markdown. */
  markdownFlag: string
  /** What to type instead on a terminal. */
  hint: string
}

/**
 * The format of a page; null where its figures are asked for as JSON.
 *
 * @throws UsageError where HTML would be printed on a terminal, or the ending of `--output` promises another format
 */
export function pageFormat(ctx: Context, { markdown, markdownFlag, hint }: PageOptions): PageFormat | null {
  const { format, output } = ctx.line.flags
  const json = format === 'json' || format === 'ndjson' ? format : null
  if (markdown && json) throw new UsageError('--markdown and JSON exclude each other')
  const page = markdown || format === 'markdown' ? 'markdown' : 'html'
  if (output !== undefined) requireFittingName(output, json ?? page, markdownFlag)
  if (json) return null
  if (page === 'html' && ctx.out.width !== null)
    throw new UsageError('HTML is not printed on a terminal', { hint })
  return page
}

type FileFormat = PageFormat | 'json' | 'ndjson'

const written: Record<FileFormat, { what: string; ending: string }> = {
  html: { what: 'HTML', ending: 'html' },
  markdown: { what: 'Markdown', ending: 'md' },
  json: { what: 'JSON', ending: 'json' },
  ndjson: { what: 'JSON', ending: 'ndjson' },
}

/** Programs open a file by its ending: none shows HTML that is called report.pdf. */
function requireFittingName(file: string, format: FileFormat, markdownFlag: string): void {
  const ending = misleadingEnding(file, format)
  if (ending === null) return
  throw new UsageError(`"${file}" would contain ${written[format].what}, not ${ending}`, {
    reason: `a page is HTML (.html), Markdown (.md, with ${markdownFlag}) or JSON (.json, with --json)`,
    hint: fittingName(file, { ending, format, markdownFlag }),
  })
}

interface Misnamed {
  ending: string
  format: FileFormat
  markdownFlag: string
}

function fittingName(file: string, { ending, format, markdownFlag }: Misnamed): string {
  const renamed = `--output ${shellQuoted(file.slice(0, -ending.length) + written[format].ending)}`
  const wanted = formatOfEnding(ending)
  if (wanted === 'markdown') return `add ${markdownFlag}, or ${renamed}`
  if (wanted === 'json' || wanted === 'ndjson')
    return `add --${wanted === 'json' ? 'json' : 'format ndjson'}, or ${renamed}`
  if (wanted === 'html') return `leave out ${format === 'markdown' ? markdownFlag : '--json'}, or ${renamed}`
  return ending === 'pdf' && format === 'html' ? `${renamed}, and print it to PDF in a browser` : renamed
}

/** Prints a page as HTML or as Markdown. */
export async function printPage(ctx: Context, page: PageContent, format: PageFormat): Promise<void> {
  const text =
    format === 'markdown'
      ? (await import('../output/markdown-page.js')).markdownPage(page)
      : (await import('../output/html/page.js')).htmlPage(page)
  await ctx.out.document({ data: null, text: () => text })
}
