import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acquireLock } from '../../src/engine/embedded/embedded-lock.js'
import type { LockHolder, LockOptions, ProcessInfo } from '../../src/engine/embedded/embedded-lock.js'
import { lockFailure } from '../../src/engine/embedded/lock-errors.js'
import { fateOf, parseHolder } from '../../src/engine/embedded/lock-holder.js'
import { bootId, pidSpace, processStart } from '../../src/process/processes.js'
import { CtoError } from '../../src/errors.js'

const now = () => new Date('2026-03-02T09:00:00.000Z')
const livingPid = process.ppid
const deadPid = 2 ** 22 + 1

let folder: string
let path: string
let queue: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cto-lock-'))
  path = join(folder, 'db.lock')
  queue = `${path}.queue`
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const self: ProcessInfo = {
  pid: process.pid,
  startedAt: processStart(process.pid),
  host: hostname(),
  bootId: bootId(),
  pidSpace: pidSpace(),
  command: 'cto bugs list',
  alive(pid) {
    try {
      return process.kill(pid, 0)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM'
    }
  },
  startOf: processStart,
}

function holder(changes: Partial<LockHolder> = {}): LockHolder {
  const { host, bootId, pidSpace } = self
  const since = '2026-03-02T08:59:00.000Z'
  const startedAt = processStart(changes.pid ?? livingPid)
  return { pid: livingPid, startedAt, host, bootId, pidSpace, command: 'cto import csv', since, ...changes }
}

const acquire = (changes: Partial<LockOptions> = {}) =>
  acquireLock({ path, owner: self, timeoutSeconds: 0, now, ...changes })

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it was acquired'),
    (error: unknown) => error as CtoError,
  )

function leave(file: string, left: LockHolder): string {
  const text = JSON.stringify(left)
  mkdirSync(queue, { recursive: true })
  writeFileSync(file, text)
  return text
}

const guardOf = (text: string) => join(queue, `guard-${createHash('sha256').update(text).digest('hex')}`)

describe('a lock', () => {
  test('names its holder, is private, and leaves nothing behind when released', async () => {
    const lock = await acquire()
    expect(parseHolder(readFileSync(path, 'utf8'))).toMatchObject({
      pid: process.pid,
      startedAt: self.startedAt,
      host: hostname(),
      bootId: self.bootId,
      command: 'cto bugs list',
      since: '2026-03-02T09:00:00.000Z',
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(queue).mode & 0o777).toBe(0o700)
    expect(readdirSync(queue)).toEqual([])
    await lock.release()
    expect(existsSync(path)).toBe(false)
  })

  test('released twice, or late, does not remove the next one', async () => {
    const first = await acquire()
    first.releaseSync()
    const second = await acquire()
    await first.release()
    first.releaseSync()
    expect(existsSync(path)).toBe(true)
    second.releaseSync()
    expect(existsSync(path)).toBe(false)
  })

  test('creates its folder, and leaves nothing there', async () => {
    const lock = await acquire({ path: join(folder, 'a', 'b', 'db.lock') })
    lock.releaseSync()
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual([])
  })

  test('is granted to waiters in the order of arrival', async () => {
    const first = await acquire()
    const order: number[] = []
    const waiters = [4, 2, 0, 3, 1].map(async (place) => {
      const lock = await acquire({ timeoutSeconds: 10, now: () => new Date(now().getTime() + place) })
      order.push(place)
      lock.releaseSync()
    })
    await sleep(30)
    first.releaseSync()
    await Promise.all(waiters)
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  test('passes over a first waiter that does not take it', async () => {
    leave(join(queue, '000000000000001-stopped'), holder())
    const lock = await acquire({ timeoutSeconds: 10 })
    lock.releaseSync()
    expect(readdirSync(queue)).toEqual(['000000000000001-stopped'])
  })
})

describe('a lock in use', () => {
  test('is waited for, then reported with its holder', async () => {
    leave(path, holder())
    const holders: LockHolder[] = []
    const error = await failureOf(acquire({ timeoutSeconds: 0.2, onWait: (by) => holders.push(by) }))
    expect(error).toBeInstanceOf(CtoError)
    expect(error).toMatchObject({
      code: 'LOCKED',
      reason: `by process ${livingPid} (cto import csv) on ${hostname()}, running since 2026-03-02T08:59:00.000Z`,
      hint: 'wait longer with --lock-timeout 60',
    })
    expect(error.message).toBe('the embedded database is in use')
    expect(error.exitCode).toBe(6)
    expect(holders).toEqual([holder()])
    expect(readdirSync(queue)).toEqual([])
  })

  test('of another host stays, whatever its pid, and the hint has the fix', async () => {
    const text = leave(path, holder({ host: 'build-7', pid: deadPid, bootId: 'other' }))
    const error = await failureOf(acquire())
    expect(error.reason).toContain('on build-7')
    expect(error.hint).toBe(
      `wait longer with --lock-timeout 60; if that machine or container is gone, delete ${path}`,
    )
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('of another container on this host stays: its pids are not valid here', async () => {
    leave(path, holder({ pidSpace: 'pid:[1]', pid: deadPid }))
    expect((await failureOf(acquire())).code).toBe('LOCKED')
  })

  test('is not waited for after the signal, and no ticket stays', async () => {
    leave(path, holder())
    const abort = new AbortController()
    const reason = new CtoError('INTERRUPTED', 'interrupted')
    const waiting = failureOf(acquire({ timeoutSeconds: 60, signal: abort.signal }))
    await sleep(50)
    expect(readdirSync(queue)).toHaveLength(1)
    abort.abort(reason)
    expect(await waiting).toBe(reason)
    expect(readdirSync(queue)).toEqual([])
    expect(await failureOf(acquire({ signal: abort.signal }))).toBe(reason)
  })
})

describe('a dead lock', () => {
  test.each([
    ['of a process that is gone', { pid: deadPid, startedAt: '1' }],
    ['of a process whose pid another process has now', { startedAt: '1' }],
    ['of an earlier boot', { bootId: 'earlier' }],
  ])('%s is replaced', async (_, changes) => {
    leave(path, holder(changes))
    const lock = await acquire()
    expect(parseHolder(readFileSync(path, 'utf8'))?.pid).toBe(process.pid)
    expect(readdirSync(queue)).toEqual([])
    lock.releaseSync()
  })

  test('emptied by a crash of the machine is replaced', async () => {
    writeFileSync(path, '')
    const lock = await acquire()
    lock.releaseSync()
    expect(existsSync(path)).toBe(false)
  })

  test('is replaced despite guards and tickets of dead processes', async () => {
    const lockText = leave(path, holder({ pid: deadPid, command: 'a' }))
    const guardText = leave(guardOf(lockText), holder({ pid: deadPid, command: 'b' }))
    leave(guardOf(guardText), holder({ pid: deadPid, command: 'c' }))
    leave(guardOf('long gone'), holder({ pid: deadPid, command: 'd' }))
    leave(join(queue, '000000000000001-dead'), holder({ pid: deadPid }))
    writeFileSync(join(queue, '000000000000002-half'), '{"pid":')
    const lock = await acquire()
    expect(parseHolder(readFileSync(path, 'utf8'))?.pid).toBe(process.pid)
    expect(readdirSync(queue)).toEqual([])
    lock.releaseSync()
  })

  test('is not replaced while a living process holds its guard', async () => {
    const lockText = leave(path, holder({ pid: deadPid }))
    leave(guardOf(lockText), holder({ command: 'cto demo' }))
    expect((await failureOf(acquire())).reason).toContain('(cto demo)')
    expect(readFileSync(path, 'utf8')).toBe(lockText)
  })

  test('found dead too late does not affect the new holder', async () => {
    leave(path, holder({ pid: deadPid, startedAt: '1' }))
    let looks = 0
    const alive = (pid: number) => {
      // Between the check before the takeover and its guard, another process is faster.
      if (pid === deadPid && ++looks === 2) leave(path, holder({ command: 'cto demo' }))
      return self.alive(pid)
    }
    const error = await failureOf(acquire({ owner: { ...self, alive } }))
    expect(looks).toBe(2)
    expect(error.reason).toContain('(cto demo)')
    expect(parseHolder(readFileSync(path, 'utf8'))?.command).toBe('cto demo')
    expect(readdirSync(queue)).toEqual([])
  })

  test('is acquired even if its ticket was removed: the ticket is written again', async () => {
    leave(path, holder())
    const waiting = acquire({ timeoutSeconds: 10 })
    rmSync(queue, { recursive: true })
    rmSync(path)
    const lock = await waiting
    lock.releaseSync()
    expect(existsSync(queue)).toBe(false)
  })
})

test('a lock that another program wrote without a command is reported without gaps', async () => {
  const { pid, startedAt, host, bootId, pidSpace } = holder()
  writeFileSync(path, JSON.stringify({ pid, startedAt, host, bootId, pidSpace }))
  const { reason } = await failureOf(acquire())
  expect(reason).toBe(`by process ${pid} (unknown) on ${host}, running since unknown`)
})

describe('the state of a process', () => {
  test('is unknown rather than dead when something cannot be read', () => {
    const blind: ProcessInfo = { ...self, bootId: null, startOf: () => null }
    expect(fateOf(holder({ startedAt: '1', bootId: 'other' }), blind)).toBe('alive')
    expect(fateOf(holder({ startedAt: null, bootId: null }), self)).toBe('alive')
    expect(fateOf(holder({ pidSpace: null }), { ...self, pidSpace: 'pid:[1]' })).toBe('unknown')
  })

  test('includes a constant start, and none for a pid without a process', () => {
    expect(processStart(process.pid)).toMatch(/./)
    expect(processStart(process.pid)).toBe(processStart(process.pid))
    expect(processStart(deadPid)).toBeNull()
  })

  test.runIf(process.platform === 'linux')('is dead for a zombie', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 5'])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const dying = holder({ pid: Number(line) })
    expect(fateOf(dying, self)).toBe('alive')
    await sleep(300)
    expect(self.alive(dying.pid)).toBe(true)
    expect(fateOf(dying, self)).toBe('dead')
    parent.kill()
  })
})

describe('a failure of the file system', () => {
  test.each([
    ['ENOSPC', 'DISK_FULL', 1, '/home/ada/.cto has no room for the lock (ENOSPC)'],
    ['EROFS', 'NOT_PERMITTED', 4, '/home/ada/.cto is on a read-only file system (EROFS)'],
    ['EACCES', 'NOT_PERMITTED', 4, '/home/ada/.cto is not writable by this user (EACCES)'],
  ])('%s is %s', (code, expected, exitCode, reason) => {
    const lock = { what: 'the embedded database', path: '/home/ada/.cto/db.lock' }
    const error = lockFailure(Object.assign(new Error('no'), { code }), lock)
    expect(error).toMatchObject({ code: expected, exitCode, reason })
  })

  const inTheWay = {
    'a folder': () => {
      mkdirSync(path)
    },
    'a link to itself': () => {
      symlinkSync(path, path)
    },
    'a file in the place of the queue': () => {
      writeFileSync(queue, '')
    },
  }
  test.each(Object.entries(inTheWay))('names %s that is in the place of the lock', async (_, put) => {
    put()
    expect(await failureOf(acquire())).toMatchObject({
      code: 'NOT_PERMITTED',
      message: 'the embedded database cannot be locked',
      hint: `rm -r ${path} ${queue}`,
    })
  })

  test('of another kind is returned unchanged', () => {
    const error = Object.assign(new Error('no'), { code: 'EIO' })
    expect(lockFailure(error, { what: 'the embedded database', path })).toBe(error)
  })
})

describe('several processes', () => {
  let bundle: string
  const running: ChildProcess[] = []

  beforeAll(async () => {
    bundle = mkdtempSync(join(tmpdir(), 'cto-lock-bundle-'))
    chmodSync(bundle, 0o755)
    await build({
      stdin: { contents: workerSource, resolveDir: join(import.meta.dirname, '../../src/engine/embedded') },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: join(bundle, 'worker.mjs'),
    })
  })

  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
  })

  afterAll(() => {
    rmSync(bundle, { recursive: true, force: true })
  })

  function start(mode: string, options: { rounds?: number; uid?: number } = {}): Worker {
    const { rounds = 1, uid } = options
    const child = spawn(process.execPath, [join(bundle, 'worker.mjs'), mode, folder, String(rounds)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(uid !== undefined && { uid }),
    })
    running.push(child)
    let output = ''
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    const ended = once(child, 'close').then(() => output)
    return { child, ended, printed: () => once(child.stdout, 'data') }
  }

  const count = () => Number(readFileSync(join(folder, 'count'), 'utf8'))

  test('take turns: eight of them, 25 times each, and never two inside', async () => {
    const workers = Array.from({ length: 8 }, () => start('count', { rounds: 25 }))
    const outputs = await Promise.all(workers.map((worker) => worker.ended))
    expect(outputs).toEqual(Array(8).fill('done'))
    expect(count()).toBe(200)
    expect(readdirSync(folder)).toEqual(['count'])
  })

  test('replace a killed one, one after the other', async () => {
    const victim = start('hold')
    await victim.printed()
    const workers = Array.from({ length: 6 }, () => start('count', { rounds: 2 }))
    await expect.poll(() => readdirSync(queue).length, { timeout: 5000 }).toBe(6)
    victim.child.kill('SIGKILL')
    const outputs = await Promise.all(workers.map((worker) => worker.ended))
    expect(outputs).toEqual(Array(6).fill('done'))
    expect(count()).toBe(12)
  })

  test('continue when every holder dies while holding the lock', async () => {
    const workers = Array.from({ length: 12 }, () => start('die'))
    await Promise.all(workers.map((worker) => worker.ended))
    expect(count()).toBe(12)
    const lock = await acquire()
    expect(readdirSync(queue)).toEqual([])
    lock.releaseSync()
  })

  test('release the lock when they exit', async () => {
    expect(await start('exit').ended).toBe('held')
    expect(existsSync(path)).toBe(false)
  })

  test('get an error if the folder is not writable', async () => {
    chmodSync(folder, 0o555)
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    const printed = await start('count', nobody).ended
    chmodSync(folder, 0o755)
    expect(printed).toBe(`NOT_PERMITTED: ${folder} is not writable by this user (EACCES)`)
  })
})

interface Worker {
  child: ChildProcess
  ended: Promise<string>
  printed: () => Promise<unknown>
}

/** The section increments a file in two steps, and `inside` exists while a living process is in it. */
const workerSource = `
  import { readFileSync, rmSync, writeFileSync } from 'node:fs'
  import { hostname } from 'node:os'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { acquireLock } from './embedded-lock.ts'
  import { bootId, pidSpace, processStart } from '../../process/processes.ts'

  const [mode, folder, rounds] = process.argv.slice(2)
  const { pid } = process
  const alive = (other) => {
    try { return process.kill(other, 0) } catch (error) { return error.code === 'EPERM' }
  }
  const owner = {
    pid, startedAt: processStart(pid), host: hostname(), bootId: bootId(), pidSpace: pidSpace(),
    command: 'cto ' + mode, alive, startOf: processStart,
  }
  const read = () => { try { return Number(readFileSync(folder + '/count', 'utf8')) } catch { return 0 } }

  try {
    for (let round = 0; round < Number(rounds); round++) {
      const lock = await acquireLock({ path: folder + '/db.lock', owner, timeoutSeconds: 60, now: () => new Date() })
      if (mode === 'exit') process.on('exit', lock.releaseSync)
      if (mode === 'exit' || mode === 'hold') process.stdout.write('held')
      if (mode === 'hold') await sleep(60_000)
      if (mode === 'exit') break
      writeFileSync(folder + '/inside', String(pid), { flag: 'wx' })
      const before = read()
      await sleep(Math.random() * 4)
      writeFileSync(folder + '/count', String(before + 1))
      rmSync(folder + '/inside')
      if (mode === 'die') process.kill(pid, 'SIGKILL')
      await lock.release()
    }
    if (mode === 'count') process.stdout.write('done')
  } catch (error) {
    process.stdout.write((error.code ?? error.name) + ': ' + (error.reason ?? error.message))
  }
`
