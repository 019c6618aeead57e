import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { environment, useHome } from './binary.js'

/** The scripts of package.json that people who know Prisma look for. */
const home = useHome()

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

function npm(script: string, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script, '--', ...argv], {
    encoding: 'utf8',
    env: environment(home),
  })
  return { status, stdout, stderr }
}

test('db:migrate, db:seed, db:status, db:test and db:reset work on the database that the environment names', () => {
  expect(npm('db:migrate')).toMatchObject({ status: 0 })
  expect(npm('db:seed').stdout).toContain('10 bugs')
  expect(npm('db:status', '--exit-code')).toMatchObject({ status: 0 })
  expect(npm('db:test', '--fields', 'id', '--no-header').stdout.split('\n')).toContain('self.bugs')
  expect(npm('db:reset', '--confirm', 'embedded')).toMatchObject({ status: 0 })
  expect(scripts['db:migrate:deploy']).toBe(scripts['db:migrate'])
}, 60_000)

test('db:validate and db:format read the schema without network', () => {
  expect(npm('db:validate').stdout).toContain('prisma/schema are valid')
  expect(npm('db:format', '--check')).toMatchObject({ status: 0 })
}, 60_000)

test.each(['db:push', 'db:pull'])('%s prints what would be lost and what to run instead', (script) => {
  const { status, stdout, stderr } = npm(script)
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^error: .* is not used here\n/)
  expect(stderr).toContain('CHECK constraints, triggers, partial indexes')
  const fix = /npm run (db:\w+) -- what_changes/.exec(stderr)?.[1] ?? ''
  expect(Object.keys(scripts)).toContain(fix)
})

test("Prisma's own tools get the direct URL, the shadow database and the seed", async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://pool/x')
  vi.stubEnv('DIRECT_URL', 'postgresql://direct/x')
  vi.stubEnv('SHADOW_DATABASE_URL', 'postgresql://shadow/x')
  const { default: config } = await import('../../prisma.config.js')
  expect(config.datasource).toEqual({
    url: 'postgresql://direct/x',
    shadowDatabaseUrl: 'postgresql://shadow/x',
  })
  expect(config.migrations?.seed).toBe('node bin/cto.js db seed')
  vi.unstubAllEnvs()
})
