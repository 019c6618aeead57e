import type { ProgressDisplay } from '../context.js'
import { fit } from '../output/fit.js'
import { mayColour } from './format.js'
import type { ProgramOptions } from './global-options.js'
import type { Env, Host } from './host.js'

interface ProgressOptions {
  host: Host
  flags: Pick<ProgramOptions, 'quiet' | 'color'>
  env: Env
  /** No cursor movement. */
  accessible: boolean
}

type Done = Parameters<ProgressDisplay['update']>[0]

/** A spinner appears only when there is something to wait for. */
const patienceMs = 200
/** In a pipe or a file: a plain line from time to time. */
const lineEveryMs = 10_000

/** What a command shows of its progress. */
export interface ProgressOnScreen {
  start(label: string, options: ProgressOptions): ProgressDisplay
  /** Hides it while a question is asked: both are drawn on the last line of the terminal. */
  hiddenWhile<T>(question: () => Promise<T>): Promise<T>
}

export function progressOnScreen(): ProgressOnScreen {
  const started = new Set<Drawing>()
  return {
    start: (label, options) => {
      const drawing = startProgress(label, options)
      started.add(drawing)
      const end = () => {
        started.delete(drawing)
        drawing.end()
      }
      return { update: drawing.update, end }
    },
    hiddenWhile: async (question) => {
      for (const drawing of started) drawing.hide()
      try {
        return await question()
      } finally {
        for (const drawing of started) drawing.reveal()
      }
    },
  }
}

interface Drawing extends ProgressDisplay {
  hide(): void
  reveal(): void
}

const nothing: Drawing = { update: () => {}, end: () => {}, hide: () => {}, reveal: () => {} }

function startProgress(label: string, { host, flags, env, accessible }: ProgressOptions): Drawing {
  if (flags.quiet) return nothing
  const startedAt = host.now().getTime()
  const moves = !accessible && env['TERM'] !== 'dumb'
  const isLive = host.stderr.isTerminal && moves && hasWidth(host)
  const color = mayColour(host.stderr, flags, env) ? 'cyan' : false
  return isLive ? spinner(label, { host, startedAt, color }) : occasionalLines(label, host, startedAt)
}

/** In a terminal that reports 0 columns, ora would clear lines without end. */
function hasWidth(host: Host): boolean {
  const { output } = host.promptStreams()
  return !('columns' in output) || output.columns !== 0
}

function occasionalLines(label: string, host: Host, startedAt: number): Drawing {
  let saidAt = startedAt
  return {
    ...nothing,
    update: (done) => {
      const now = host.now().getTime()
      if (now - saidAt < lineEveryMs) return
      saidAt = now
      host.stderr.write(`${sentence(label, done, now - startedAt)}\n`)
    },
  }
}

interface Spinner {
  host: Host
  startedAt: number
  color: 'cyan' | false
}

function spinner(label: string, { host, startedAt, color }: Spinner): Drawing {
  let latest = label
  let ended = false
  let hidden = false
  let show: { text: string; start(): unknown; stop(): unknown } | undefined
  const timer = setTimeout(() => {
    void import('ora').then(({ default: ora }) => {
      // It writes to stderr, and leaves stdin alone: Ctrl-C must still reach us.
      if (ended) return
      show = ora({ text: latest, color, discardStdin: false })
      if (!hidden) show.start()
    })
  }, patienceMs)
  return {
    update: (done) => {
      latest = sentence(label, done, host.now().getTime() - startedAt)
      if (show) show.text = latest
    },
    end: () => {
      ended = true
      clearTimeout(timer)
      show?.stop()
    },
    hide: () => {
      hidden = true
      show?.stop()
    },
    reveal: () => {
      hidden = false
      show?.start()
    },
  }
}

/** A line with the spinner keeps to 80 columns, a longer name gives way; what is read to its end names only its phase. */
export function sentence(label: string, { count, total, share, note }: Done, elapsedMs: number): string {
  const perSecond = elapsedMs > 0 ? Math.round((count / elapsedMs) * 1000) : 0
  const part = share ?? (total ? count / total : null)
  const isRead = share !== undefined && share >= 1
  const done = isRead ? '' : share !== undefined ? bar(share) : total ? ` of ${total}` : ''
  const percent = part === null || isRead ? '' : ` (${Math.floor(100 * part)} %)`
  const leftMs = part === null || part === 0 || isRead ? null : (elapsedMs * (1 - part)) / part
  const left = leftMs === null ? '' : `, ${Math.ceil(leftMs / 1000)} s left`
  const state = `: ${count}${done}${percent}${isRead ? '' : `, ${perSecond}/s`}${left}${note ? `, ${note}` : ''}`
  return fit(label, Math.max(leastLabel, lineWidth - state.length)) + state
}

/** Two of 80 columns are the spinner's. */
const lineWidth = 78
const leastLabel = 12
const barWidth = 8

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * barWidth)
  return ` [${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`
}
