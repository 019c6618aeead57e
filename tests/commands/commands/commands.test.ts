import { Compile } from 'typebox/schema'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../../src/errors.js'
import type { CommandDescription } from '../../../src/shapes/command.js'
import { cto, type World } from '../../helpers/cto.js'

/** It never opens a database, so there is none. */
const world: World = { env: { DATABASE_URL: 'postgresql://localhost:1/nowhere' }, folder: '/nonexistent' }

async function commands(...words: string[]): Promise<CommandDescription[]> {
  const { stdout } = await cto(world, 'commands', ...words, '--json')
  return (JSON.parse(stdout) as { data: CommandDescription[] }).data
}

describe('cto commands', () => {
  test('lists every command once, with its effect on the database', async () => {
    const { stdout, stderr, exitCode } = await cto(
      world,
      'commands',
      '--no-header',
      '--fields',
      'path,effect',
    )
    expect([exitCode, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toContain('bugs list\treads')
    expect(lines).toContain('bugs assign\twrites')
    expect(lines).toContain('db reset\tdestroys')
    expect(lines).toContain('commands\tnone')
    expect(new Set(lines).size).toBe(lines.length)
  })

  test('shows the type, the values and the default of a flag', async () => {
    const [list] = await commands('bugs', 'list')
    const flag = (name: string) => list?.flags.find((each) => each.name === name)
    expect(flag('--severity')).toMatchObject({
      short: '-s',
      type: 'enum',
      values: ['critical', 'high', 'medium', 'low'],
      repeatable: true,
      global: false,
    })
    expect(flag('--limit')).toMatchObject({ short: '-L', type: 'integer', default: 50, repeatable: false })
    expect(flag('--project')).toMatchObject({ short: '-p', type: 'project', values: null, repeatable: true })
    expect(flag('--blocker')).toMatchObject({ type: 'boolean', placeholder: null })
    expect(flag('--created')).toMatchObject({ type: 'window' })
    expect(flag('--format')).toMatchObject({ short: '-f', type: 'enum', global: true, group: 'Output' })
    expect(flag('--yes')).toMatchObject({ short: '-y', type: 'boolean', global: true, group: 'Everywhere' })
  })

  test('shows arguments, exit codes and the selectable fields', async () => {
    const [assign] = await commands('bugs', 'assign')
    expect(assign?.arguments).toMatchObject([
      { name: 'bugs', type: 'bug', required: false, repeatable: true },
    ])
    expect(assign?.exitCodes.map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 130, 143])
    expect(assign?.fields).toContain('assignedTo.email')
  })

  test('prints the JSON Schema of every output, which a validator accepts', async () => {
    const all = await commands()
    expect(all.length).toBeGreaterThan(30)
    for (const { path, output } of all) {
      if (output === null) continue
      expect(() => Compile(output), path).not.toThrow()
      expect(JSON.stringify(output)).toMatch(/"properties":\{"data":/)
      expect(Compile(output).Check({ data: 'nothing like it' }), path).toBe(false)
    }
  })

  test('names every exit code that any command can have', async () => {
    const codes = new Set((await commands()).flatMap((each) => each.exitCodes.map(({ code }) => code)))
    expect([...codes].sort((a, b) => a - b)).toEqual(
      Object.values(exitCodes).filter((code) => codes.has(code)),
    )
    expect((await commands())[0]?.exitCodes.find(({ code }) => code === 6)?.meaning).toMatch(/again/)
  })

  test('narrows to a group, and rejects an unknown one', async () => {
    expect((await commands('users')).every(({ path }) => path.startsWith('users '))).toBe(true)
    expect(await cto(world, 'commands', 'bags')).toMatchObject({ exitCode: 2, stdout: '' })
  })
})
