import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug } from '../helpers/factories.js'
import { lines } from '../helpers/lines.js'

const db = useDatabase()

const ending = 'dry run: nothing was changed\n'

describe('a dry run', () => {
  test('ends with one sentence on stderr, whatever the command, also with --quiet', async () => {
    await addBug(db)
    const commands = [
      ['bugs', 'update', 'BUG-1001', '--severity', 'low'],
      ['bugs', 'delete', 'BUG-1001'],
      ['users', 'create', '--email', 'ada@example.com', '--name', 'Ada'],
      ['projects', 'create', '--name', 'web'],
      ['config', 'set', 'limit', '20'],
      ['metrics', 'snapshot'],
    ]
    for (const argv of commands) {
      const { exitCode, stdout, stderr } = await cto(db, ...argv, '--dry-run', '--quiet')
      expect([argv.join(' '), exitCode, stderr.endsWith(ending)]).toEqual([argv.join(' '), 0, true])
      expect(stdout).not.toContain('dry run')
      const json = await cto(db, ...argv, '--dry-run', '--json')
      expect([argv.join(' '), JSON.parse(json.stdout)]).toEqual([
        argv.join(' '),
        expect.objectContaining({ data: expect.objectContaining({ dryRun: true }) as unknown }),
      ])
    }
    expect((await cto(db, 'bugs', 'list')).stderr).not.toContain('dry run')
  })

  test('uses no bug numbers, however bugs are created', async () => {
    await writeFile(path.join(db.folder, 'bugs.csv'), lines('title,severity', 'a,low', 'b,low'))
    const dry = await cto(db, 'bugs', 'create', '--title', 'x', '-s', 'low', '--dry-run', '-f', 'ids')
    expect(dry.stdout).toBe('BUG-1001\n')
    for (const argv of [
      ['import', 'csv', 'bugs.csv', '--type', 'bugs'],
      ['db', 'seed'],
      ['db', 'seed', '--size', 'large', '--bugs', '20'],
    ]) {
      const { exitCode, stderr } = await cto(db, ...argv, '--dry-run')
      expect([argv.join(' '), exitCode, stderr]).toEqual([argv.join(' '), 0, expect.stringContaining(ending)])
    }
    const real = await cto(db, 'bugs', 'create', '--title', 'x', '-s', 'low', '-f', 'ids')
    expect(real.stdout).toBe('BUG-1001\n')
  })
})
