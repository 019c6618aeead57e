import type { Env, OutputStream } from './host.js'

/** How text is laid out on stdout. */
export type Screen = Pick<OutputStream, 'isTerminal' | 'width'>

/** stdout as the environment describes it. */
export function seenStdout(stdout: OutputStream, env: Env): OutputStream {
  const screen = seenScreen(stdout, env)
  return {
    write: (text) => {
      stdout.write(text)
    },
    flushed: () => stdout.flushed(),
    get isClosed() {
      return stdout.isClosed
    },
    isTerminal: screen.isTerminal,
    get width() {
      return screen.width
    },
    get height() {
      return stdout.height
    },
  }
}

/**
 * `COLUMNS` is how wide a terminal is. `CTO_FORCE_TTY` makes a terminal of whatever stdout is, as GH_FORCE_TTY does for gh: a
 * number is its columns, a percentage a share of them.
 */
export function seenScreen(screen: Screen, env: Env): Screen {
  const forced = env['CTO_FORCE_TTY'] ?? ''
  const isForced = !['', '0', 'false'].includes(forced)
  return {
    get isTerminal() {
      return isForced || screen.isTerminal
    },
    get width() {
      const columns = wholeOf(env['COLUMNS']) ?? screen.width
      const [, digits, percent] = /^(\d{1,5})(%?)$/.exec(forced) ?? []
      const number = wholeOf(digits)
      if (!isForced || number === null) return columns
      return percent === '%' ? Math.max(1, Math.floor((columns * number) / 100)) : number
    },
  }
}

/** A positive whole number in digits; null for anything else. */
function wholeOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) > 0 ? Number(text) : null
}
