import path from 'node:path'
import { expect, test } from 'vitest'
import { socketFile, socketFolder } from '../../src/engine/served/socket-place.js'

const long = path.join('/home', 'a'.repeat(100))

test('a socket is in the home folder where its path fits, else in the runtime folder', () => {
  expect(socketFolder('/home/ada', '/run/user/1000')).toBe('/home/ada/socket')
  const folder = socketFolder(long, '/run/user/1000')
  expect(folder).toMatch(/^\/run\/user\/1000\/cto-[0-9a-f]{12}$/)
  expect(Buffer.byteLength(socketFile(folder))).toBeLessThan(104)
})

test('two homes never share a socket', () => {
  expect(socketFolder(`${long}a`, '/run')).not.toBe(socketFolder(`${long}b`, '/run'))
})

test.each([undefined, '', `/run/${'b'.repeat(100)}`])(
  'where no path fits, it says what to set: %j',
  (runtime) => {
    expect(() => socketFolder(long, runtime)).toThrow(
      expect.objectContaining({
        code: 'NOT_CONFIGURED',
        hint: expect.stringContaining('XDG_RUNTIME_DIR') as string,
      }),
    )
  },
)
