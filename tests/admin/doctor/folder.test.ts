import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Patient } from '../../../src/admin/doctor/check.js'
import { examineFolder } from '../../../src/admin/doctor/folder.js'
import type { Fault } from '../../../src/admin/doctor/verdict.js'
import { useSmallDisk } from '../../helpers/small-disk.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cto-test-'))
  fill(folder)
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** As an embedded database leaves it. */
function fill(home: string): void {
  mkdirSync(path.join(home, 'db'), { mode: 0o700 })
  writeFileSync(path.join(home, 'db', 'PG_VERSION'), '18')
}

async function faultsOf(home: string): Promise<readonly Fault[]> {
  const way = { folder: home, schema: 'public', pooled: false, role: null, recordTable: '_prisma_migrations' }
  const verdict = await examineFolder({ way } as Patient)
  return verdict.status === 'finding' ? verdict.faults : []
}

test.runIf(process.platform !== 'win32')('store.folder finds copies that others may read', async () => {
  const backups = path.join(folder, 'backups')
  mkdirSync(backups)
  chmodSync(backups, 0o755)
  const [fault] = await faultsOf(folder)
  expect(fault?.objects).toEqual([backups])
  execFileSync('sh', ['-c', fault?.fix.command ?? ''])
  expect(await faultsOf(folder)).toEqual([])
})

test.runIf(process.platform !== 'win32')('store.folder finds what interrupted commands left', async () => {
  mkdirSync(path.join(folder, "db.it's.new"))
  writeFileSync(path.join(folder, 'db.lock'), '{}')
  const [fault] = await faultsOf(folder)
  expect(fault?.objects).toEqual(["db.it's.new"])
  execFileSync('sh', ['-c', fault?.fix.command ?? ''])
  expect(await faultsOf(folder)).toEqual([])
  expect(existsSync(path.join(folder, 'db.lock'))).toBe(true)
})

describe('on a small disk', () => {
  const home = path.join(tmpdir(), `cto-test-disk-${process.pid}`)
  const disk = useSmallDisk(home, '1M')

  test('store.folder finds that a migration has no room for its copy', async ({ skip }) => {
    skip(!disk.isMounted(), 'without root there is no small disk')
    fill(home)
    writeFileSync(path.join(home, 'db', 'base'), Buffer.alloc(500_000))
    expect((await faultsOf(home)).map(({ objects }) => objects)).toEqual([['free space']])
    disk.resize('10M')
    expect(await faultsOf(home)).toEqual([])
  })
})

test('store.folder finds nothing on a server, or in memory', async () => {
  const way = { folder: null } as Patient['way']
  expect((await examineFolder({ way } as Patient)).status).toBe('ok')
  expect(await faultsOf(path.join(folder, 'none'))).toEqual([])
})
