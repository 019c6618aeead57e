import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { minVersion, satisfies } from 'semver'
import { expect, test } from 'vitest'

interface Package {
  engines?: { node?: string }
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as unknown

test('no dependency needs a newer Node than cto', () => {
  const { engines } = read('package.json') as Package
  const oldest = minVersion(engines?.node ?? '')?.version ?? ''
  expect(oldest).toBe('20.19.0')
  const { packages } = read('package-lock.json') as { packages: Record<string, Package> }
  const newer = Object.entries(packages).filter(([, each]) => !satisfies(oldest, each.engines?.node ?? '*'))
  expect(newer.map(([name, each]) => `${name} needs Node ${each.engines?.node}`)).toEqual([])
})

test('generating the Prisma client writes nothing into the home folder', () => {
  const project = mkdtempSync(path.join(tmpdir(), 'cto-generate-'))
  try {
    for (const part of ['prisma', 'scripts', 'package.json', 'prisma.config.ts'])
      cpSync(part, path.join(project, part), { recursive: true })
    symlinkSync(path.resolve('node_modules'), path.join(project, 'node_modules'))
    const home = path.join(project, 'home')
    mkdirSync(home)
    const { status } = spawnSync(process.execPath, ['scripts/generate.js'], {
      cwd: project,
      env: { PATH: process.env['PATH'], HOME: home },
    })
    expect(status).toBe(0)
    expect(readdirSync(path.join(project, 'src/engine/generated'))).toContain('client.ts')
    expect(readdirSync(home)).toEqual([])
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
})
