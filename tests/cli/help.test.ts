import { describe, expect, test } from 'vitest'
import { topics } from '../../src/commands/topics.js'
import { exitCodes } from '../../src/errors.js'
import { cto, type World } from '../helpers/cto.js'
import { lines } from '../helpers/lines.js'
import { commandTree } from '../helpers/tree.js'

/** No page of help opens a database. */
const world: World = { env: { DATABASE_URL: 'postgresql://localhost:1/nowhere' }, folder: '/nonexistent' }

describe('pages', () => {
  test.each([
    [[]],
    [['bugs']],
    [['--help']],
    [['help']],
    [['bugs', 'list', '-h']],
    [['help', 'bugs', 'list']],
  ])('cto %j prints a page on stdout and exits 0', async (argv) => {
    const { stdout, stderr, exitCode } = await cto(world, ...argv)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain(
      `Usage: cto ${argv.includes('list') ? 'bugs list' : argv.includes('bugs') ? 'bugs' : ''}`,
    )
  })

  test('of every command begin with examples, and group the flags of every command', async () => {
    for (const { path } of (await commandTree()).commands) {
      const { stdout } = await cto(world, ...path.split(' '), '--help')
      expect(stdout).toMatch(new RegExp(`^Examples:\n  .*cto ${path}`, 'm'))
      expect(stdout.indexOf('Examples:')).toBe(0)
      expect(stdout.indexOf('\nOutput:\n')).toBeGreaterThan(stdout.indexOf('Usage:'))
      expect(stdout.indexOf('\nEverywhere:\n')).toBeGreaterThan(stdout.indexOf('\nOutput:\n'))
    }
  })

  test('of groups begin with examples, and name the verbs before the flags', async () => {
    const groups = (await commandTree()).program.commands.filter(({ commands }) => commands.length > 0)
    for (const group of groups) {
      const { stdout } = await cto(world, group.name())
      expect(stdout).toMatch(new RegExp(`^Examples:\n  cto ${group.name()} `))
      const parts = ['Usage:', '\nCommands:\n', '\nOptions:\n', '\nOutput:\n', '\nEverywhere:\n']
      const places = parts.map((part) => stdout.indexOf(part))
      expect(places).toEqual([...places].filter((at) => at > 0).sort((a, b) => a - b))
      expect(stdout.split('\n').filter((line) => /^ {2}help /.test(line))).toEqual([])
      for (const verb of group.commands) expect(stdout).toContain(`\n  ${verb.name()} `)
    }
  })

  test('of topics list all exit codes, formats and filters', async () => {
    expect(topics.map(({ name }) => name)).toEqual([
      'exit-codes',
      'formats',
      'environment',
      'filters',
      'sla',
      'priority',
    ])
    const { stdout } = await cto(world, 'help', 'exit-codes')
    for (const code of Object.values(exitCodes)) expect(stdout).toMatch(new RegExp(`^ +${code}  \\w`, 'm'))
    expect((await cto(world, 'help', 'filters')).stdout).toContain("--severity '!low'")
    expect((await cto(world, 'help', 'environment')).stdout).toContain('CTO_DATABASE_URL')
    const { data } = JSON.parse((await cto(world, 'help', 'formats', '--json')).stdout) as {
      data: { name: string }
    }
    expect(data.name).toBe('formats')
  })
})

describe('a suggestion for a misspelled word', () => {
  const printed = async (...argv: string[]) => {
    const { stderr, stdout, exitCode } = await cto(world, ...argv)
    expect([exitCode, stdout]).toEqual([2, ''])
    return stderr
  }

  test('of a group, a verb and a topic', async () => {
    expect(await printed('bugz', 'list')).toBe(
      lines("error: unknown command 'bugz'", '  did you mean bugs?', '  fix: cto --help'),
    )
    expect(await printed('bugs', 'lits')).toBe(
      lines("error: unknown command 'lits'", '  did you mean list?', '  fix: cto bugs --help'),
    )
    expect(await printed('help', 'bugs', 'lits')).toContain('did you mean list?')
    expect(await printed('help', 'exit-code')).toContain('did you mean exit-codes?')
  })

  test('of a flag, its own or one of every command', async () => {
    expect(await printed('bugs', 'list', '--assigne', 'ada')).toBe(
      lines("error: unknown option '--assigne'", '  did you mean --assignee?', '  fix: cto bugs list --help'),
    )
    expect(await printed('bugs', 'list', '--feilds', 'title')).toContain('did you mean --fields?')
    expect(await printed('--formt', 'json', 'status')).toContain('did you mean --format?')
    expect(await printed('bugs', 'list', '--zzz')).not.toContain('did you mean')
  })

  test('of a value, with the flag that rejects it', async () => {
    expect(await printed('bugs', 'list', '--limit', 'x')).toBe(
      lines('error: --limit "x" is not a whole number', '  fix: write digits only, such as 50'),
    )
    expect(await printed('bugs', 'list', '-L', 'x')).toContain('--limit "x"')
    expect(await printed('bugs', 'create', '--severity', 'hihg')).toBe(
      lines(
        'error: no severity "hihg"',
        '  did you mean "high"?',
        '  fix: valid: critical, high, medium, low',
      ),
    )
    expect(await printed('bugs', 'create', '--revenue-impact', 'lots')).toMatch(
      /^error: .*(--revenue-impact|revenue impact)/,
    )
  })
})
