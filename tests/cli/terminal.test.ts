import { expect, test } from 'vitest'
import { seenStdout } from '../../src/cli/terminal.js'

const pipe = {
  write: () => {},
  flushed: () => Promise.resolve(),
  isClosed: false,
  isTerminal: false,
  width: 100,
  height: null,
}

test.each([
  [{}, false, 100],
  [{ COLUMNS: '60' }, false, 60],
  [{ COLUMNS: '-5' }, false, 100],
  [{ COLUMNS: 'wide' }, false, 100],
  [{ CTO_FORCE_TTY: '' }, false, 100],
  [{ CTO_FORCE_TTY: '0' }, false, 100],
  [{ CTO_FORCE_TTY: 'false' }, false, 100],
  [{ CTO_FORCE_TTY: 'true' }, true, 100],
  [{ CTO_FORCE_TTY: '120' }, true, 120],
  [{ CTO_FORCE_TTY: '50%' }, true, 50],
  [{ CTO_FORCE_TTY: '50%', COLUMNS: '60' }, true, 30],
  [{ CTO_FORCE_TTY: '0%' }, true, 100],
])('with %j a pipe is a terminal: %j, of %i columns', (env, isTerminal, width) => {
  const seen = seenStdout(pipe, env)
  expect([seen.isTerminal, seen.width]).toEqual([isTerminal, width])
})
