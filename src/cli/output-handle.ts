import type { Context, OutputHandle } from '../context.js'
import { toJsonLine } from '../output/json.js'
import { visibleLines } from '../output/visible.js'
import { wrapRemark } from '../output/wrap-remark.js'
import type { Host } from './host.js'
import type { HandleInput } from './handle-input.js'
import { toTerminal } from './format.js'
import type { ProgressOnScreen } from './progress.js'

/** What prints is loaded when something is printed. */
export function createOutputHandle(
  { host, options, settings, outcome, collect }: HandleInput,
  progress: ProgressOnScreen,
  context: () => Context,
): OutputHandle {
  const printing = () => {
    const { env, zone, format, values } = settings()
    return { host, flags: options(), now: context().now(), env, zone, format, values, collect }
  }
  return {
    requireFields: async (view) => {
      const { chooseFields } = await import('../output/field.js')
      chooseFields(view, options().fields ?? [])
    },
    list: async (view, portion, list) => {
      const { printList } = await import('./print-list.js')
      await printList(context(), { view, portion, list }, printing())
    },
    stream: async (view, batches) => {
      const { printStream } = await import('./printer.js')
      const finish = await printStream(view, batches, { end: (_, hasMore) => ({ hasMore }) }, printing())
      await finish()
    },
    page: async (view, page) => {
      const { printPage } = await import('./printer.js')
      await printPage(view, page, printing())
    },
    one: async (view, row) => {
      const { printOne } = await import('./printer.js')
      await printOne(view, row, printing())
    },
    document: async (document) => {
      const { printDocument } = await import('./printer.js')
      await printDocument(document, printing())
    },
    bytes: async (chunks) => {
      const { writeBytes } = await import('./sink.js')
      await writeBytes(host, chunks)
    },
    browse: async (url) => {
      const { openInBrowser } = await import('./browser.js')
      if (toTerminal(host, options()) && (await openInBrowser(url, settings().env))) return
      const { printDocument } = await import('./printer.js')
      await printDocument({ data: { url }, text: () => `${url}\n` }, printing())
    },
    get width() {
      return toTerminal(host, options()) ? host.stdout.width : null
    },
    notice: (text) => {
      if (!options().quiet) remark(host, text)
    },
    caution: (text) => {
      remark(host, text)
    },
    detail: (text) => {
      if (options().verbose) host.stderr.write(`${visibleLines(text)}\n`)
    },
    event: (event) => {
      host.stderr.write(toJsonLine(event))
    },
    progress: (label) => {
      const { env, values } = settings()
      return progress.start(label, { host, flags: options(), env, accessible: values.accessible })
    },
    setExitCode: (code) => {
      outcome.exitCode = code
    },
  }
}

function remark({ stderr }: Pick<Host, 'stderr'>, text: string): void {
  const shown = visibleLines(text)
  stderr.write(`${stderr.isTerminal ? wrapRemark(shown, stderr.width) : shown}\n`)
}
