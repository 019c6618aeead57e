import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { replaceInFile } from '../helpers/files.js'

/** `npm run db:migration`, on a copy of what it reads and writes. */
let project: string

beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), 'cto-migration-'))
  for (const part of ['prisma', 'scripts', 'package.json'])
    cpSync(part, path.join(project, part), { recursive: true })
  symlinkSync(path.resolve('node_modules'), path.join(project, 'node_modules'))
})

afterAll(() => {
  rmSync(project, { recursive: true, force: true })
})

function writeMigration(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/migration.js', ...argv], {
    cwd: project,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const migrations = () =>
  readdirSync(path.join(project, 'prisma/migrations')).filter((name) => name !== 'migration_lock.toml')

test.each([[[]], [['Add Colour']], [['add', 'colour']], [['../x']]])('rejects %j as a name', (argv) => {
  const { status, stdout, stderr } = writeMigration(...argv)
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toContain('error: a migration needs a name of lower-case letters, digits and _\n')
})

test('refuses to write an empty migration, then writes the difference of one added column', () => {
  const before = migrations()
  expect(writeMigration('add_colour')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: prisma/schema does not differ from prisma/migrations\n',
  })
  expect(migrations()).toEqual(before)

  replaceInFile(
    path.join(project, 'prisma/schema/portfolio.prisma'),
    'model Bug {',
    'model Bug {\n  colour String?',
  )
  const { status, stdout } = writeMigration('add_colour')
  const [added = ''] = migrations().filter((name) => !before.includes(name))
  expect(added).toMatch(/^20\d{12}_add_colour$/)
  expect([status, stdout]).toEqual([0, `wrote prisma/migrations/${added}\n`])
  expect(readFileSync(path.join(project, 'prisma/migrations', added, 'migration.sql'), 'utf8')).toBe(
    '-- AlterTable\nALTER TABLE "bugs" ADD COLUMN     "colour" TEXT;\n',
  )
}, 90_000)
