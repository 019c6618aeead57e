import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { cto, type World } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'

const made: string[] = []
let world: World
let userFile = ''

beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cto-config-'))
  made.push(folder)
  world = { env: {}, folder }
  userFile = path.join(folder, '.config/cto/config.json')
})

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

const put = (content: unknown) => {
  mkdirSync(path.dirname(userFile), { recursive: true })
  writeFileSync(userFile, JSON.stringify(content), { mode: 0o600 })
}
const putProject = (content: unknown) => {
  writeFileSync(path.join(world.folder, '.cto.json'), JSON.stringify(content))
}
const stored = () => JSON.parse(readFileSync(userFile, 'utf8')) as unknown

describe('cto config list', () => {
  test('shows every setting in effect, and its origin', async () => {
    put({ user: 'ada', lockTimeout: 30 })
    putProject({ timezone: 'Asia/Tokyo', lockTimeout: 5 })
    const env = { CTO_TZ: 'Europe/Berlin' }
    const { stdout, stderr } = await cto({ ...world, env }, 'config', 'list', '--json', '--color', 'never')
    const { data } = JSON.parse(stdout) as { data: { name: string; value: unknown; source: string | null }[] }
    const printed = data
      .filter(({ source }) => source !== null)
      .map(({ name, value, source }) => [name, value, source])
    expect(printed).toEqual([
      ['user', 'ada', userFile],
      ['timezone', 'Europe/Berlin', 'CTO_TZ'],
      ['json', true, '--json'],
      ['color', 'never', '--color'],
      ['home', path.join(world.folder, 'home'), 'CTO_HOME'],
      ['lockTimeout', 5, path.join(world.folder, '.cto.json')],
    ])
    expect(stderr).toBe(`database: embedded ${path.join(world.folder, 'home')} (set by CTO_HOME)\n`)
  })

  test('shows no secret', async () => {
    put({ profiles: { prod: { url: 'postgresql://ada:p%40ssw0rd@db/cto?sslpassword=deep-secret' } } })
    const env = {
      CTO_DATABASE_URL: 'postgresql://ada:s3cret/with@slash@db:5432/cto',
      DIRECT_URL: 'postgresql://ada@db/cto?password=also-secret',
      GITHUB_TOKEN: 'ghp_0123456789abcdef0123',
    }
    const { stdout, stderr } = await cto({ ...world, env }, 'config', 'list')
    expect(stdout).toContain('databaseUrl\tpostgresql://ada:***@db:5432/cto\tCTO_DATABASE_URL\n')
    expect(stdout).toContain('githubToken\t***\tGITHUB_TOKEN\n')
    expect(stdout).toContain(`profiles.prod.url\tpostgresql://ada:***@db/cto?sslpassword=***\t${userFile}\n`)
    expect(stdout + stderr).not.toMatch(/s3cret|ssw0rd|deep-secret|also-secret|0123456789/)
  })

  test('names the database in use, and its origin', async () => {
    put({ profile: 'prod', profiles: { prod: { url: 'postgresql://ada@db/cto' } } })
    const { stderr } = await cto(world, 'config', 'list')
    expect(stderr).toContain(`database: ada@db:5432/cto (profile prod, set by ${userFile})\n`)
  })
})

test('cto config get prints only the value', async () => {
  putProject({ timezone: 'Asia/Tokyo' })
  expect((await cto(world, 'config', 'get', 'timezone')).stdout).toBe('Asia/Tokyo\n')
  expect((await cto(world, 'config', 'get', 'user')).stdout).toBe('')
  const { stdout } = await cto(world, 'config', 'get', 'timezone', '--json')
  expect(JSON.parse(stdout)).toEqual({
    data: {
      name: 'timezone',
      value: 'Asia/Tokyo',
      origin: 'project',
      source: path.join(world.folder, '.cto.json'),
      type: 'text',
      description: 'time zone of dates, as Europe/Berlin',
    },
  })
})

describe('cto config set', () => {
  test('writes the user file, only for its owner, in the type of the setting', async () => {
    const { exitCode, stdout } = await cto(world, 'config', 'set', 'limit', '20', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      data: { name: 'limit', value: 20, origin: 'user', source: userFile },
    })
    await cto(world, 'config', 'set', 'accessible', 'yes')
    expect(stored()).toEqual({ limit: 20, accessible: true })
    expect(statSync(userFile).mode & 0o777).toBe(0o600)
  })

  test('writes .cto.json with --project', async () => {
    await cto(world, 'config', 'set', 'profile', 'staging', '--project')
    expect(readFileSync(path.join(world.folder, '.cto.json'), 'utf8')).toBe('{\n  "profile": "staging"\n}\n')
    expect(existsSync(userFile)).toBe(false)
  })

  test('with --dry-run writes nothing', async () => {
    const { stdout } = await cto(world, 'config', 'set', 'limit', '20', '--dry-run', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: { value: 20, dryRun: true } })
    expect(existsSync(userFile)).toBe(false)
  })

  test('reads a password from standard input, and warns when one was on the line', async () => {
    const url = 'postgresql://ada:s3cret@db/cto'
    const piped = await cto({ ...world, stdin: `${url}\n` }, 'config', 'set', 'profiles.prod.url', '-')
    expect([piped.exitCode, piped.stderr]).toEqual([0, ''])
    expect(piped.stdout).toContain('postgresql://ada:***@db/cto')
    expect(stored()).toEqual({ profiles: { prod: { url } } })
    const { stderr } = await cto(world, 'config', 'set', 'profiles.test.url', url)
    expect(stderr).toBe(
      'the password is in the history of your shell now; next time: cto config set profiles.test.url -\n',
    )
  })

  test('asks a person for a value that is missing', async () => {
    const terminal = { ...world, terminal: 80, stdin: 'Europe/Berlin\r' }
    expect((await cto(terminal, 'config', 'set', 'timezone')).exitCode).toBe(0)
    expect(stored()).toEqual({ timezone: 'Europe/Berlin' })
    expect((await cto(world, 'config', 'set', 'timezone')).stderr).toBe(
      lines('error: timezone needs a value', '  fix: cto config set timezone VALUE, or - for standard input'),
    )
  })

  test('prints a notice if another source overrides it', async () => {
    const env = { CTO_TZ: 'Asia/Tokyo' }
    const { stderr } = await cto({ ...world, env }, 'config', 'set', 'timezone', 'UTC')
    expect(stderr).toBe('CTO_TZ sets timezone too, and comes before this file\n')
  })

  test.each([
    [['timezon', 'UTC'], 2, 'no setting "timezon"', 'did you mean "timezone"?'],
    [
      ['timezone', 'Europe/Berln'],
      2,
      'timezone: no time zone "Europe/Berln"',
      'did you mean "Europe/Berlin"?',
    ],
    [['lockTimeout', '-1'], 2, 'lockTimeout: "-1" is not a whole number', ''],
    [
      ['profiles.prod.protectd', 'true'],
      2,
      'profiles.prod.protectd is not a field of a profile',
      'did you mean protected',
    ],
    [
      ['profiles.prod.url', 'db.example.com'],
      2,
      'profiles.prod.url: is not a URL that starts with postgresql://',
      '',
    ],
    [
      ['databaseUrl', 'postgresql://h/d'],
      2,
      'databaseUrl is set by the variable CTO_DATABASE_URL',
      'profiles.NAME.url',
    ],
    [['user', 'ada', '--project'], 2, 'user belongs in the user file', ''],
    [
      ['profiles.prod.url', 'postgresql://h/d', '--project'],
      2,
      'profiles.prod.url holds databases',
      'a project file names one',
    ],
  ])('rejects %j: exit %i', async (argv, exitCode, message, more) => {
    // A value may begin with a dash, where it cannot be a flag.
    const result = await cto(
      world,
      'config',
      'set',
      ...argv.flatMap((word) => (word === '-1' ? ['--', word] : [word])),
    )
    expect([result.exitCode, result.stdout]).toEqual([exitCode, ''])
    expect(result.stderr).toContain(`error: ${message}`)
    expect(result.stderr).toContain(more)
    expect(existsSync(userFile)).toBe(false)
  })
})

describe('cto config unset', () => {
  test('removes a setting, even one that does not belong there', async () => {
    put({ timezone: 'UTC', timezon: 'UTC', limit: 3 })
    await cto(world, 'config', 'unset', 'timezone')
    await cto(world, 'config', 'unset', 'timezon')
    expect(stored()).toEqual({ limit: 3 })
    const { exitCode, stderr } = await cto(world, 'config', 'unset', 'timezone')
    expect([exitCode, stderr]).toEqual([0, `${userFile} does not set timezone; nothing was changed\n`])
  })

  test('asks before it removes a whole profile', async () => {
    put({ profiles: { prod: { url: 'postgresql://db/cto' }, test: { schema: 'x' } } })
    const refused = await cto(world, 'config', 'unset', 'profiles.prod')
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      lines(`error: confirmation needed to take profiles.prod out of ${userFile}`, '  fix: add --yes'),
    ])
    await cto(world, 'config', 'unset', 'profiles.prod', '--yes')
    expect(stored()).toEqual({ profiles: { test: { schema: 'x' } } })
  })
})

test('cto config path prints the paths of the files', async () => {
  expect((await cto(world, 'config', 'path')).stdout).toBe(`${userFile}\n`)
  const { stdout } = await cto(world, 'config', 'path', '--json')
  expect(JSON.parse(stdout)).toEqual({
    data: {
      user: userFile,
      userExists: false,
      project: path.join(world.folder, '.cto.json'),
      projectExists: false,
    },
  })
})

describe('invalid settings', () => {
  test('are all reported at once, by every command except those that fix them: exit 4', async () => {
    put({ timezone: 'Nowhere', profiles: { prod: { protectd: true } } })
    putProject({ token: 'x' })
    const env = { CTO_LOCK_TIMEOUT: 'soon' }
    const result = await cto({ ...world, env }, 'bugs', 'list')
    expect([result.exitCode, result.stdout]).toEqual([4, ''])
    expect(result.stderr).toBe(
      lines(
        'error: 4 settings cannot be used',
        `  ${path.join(world.folder, '.cto.json')}: token is not a setting; ` +
          `${userFile}: timezone no time zone "Nowhere"; ` +
          'CTO_LOCK_TIMEOUT: "soon" is not a whole number; ' +
          `${userFile}: profiles.prod.protectd is not a field of a profile; did you mean protected?`,
        '  fix: correct the file; cto config unset KEY removes a key',
      ),
    )
    expect((await cto(world, 'config', 'unset', 'timezone')).exitCode).toBe(0)
    expect((await cto(world, 'config', 'path')).exitCode).toBe(0)
    expect((await cto({ ...world, env }, '--help')).exitCode).toBe(0)
  })

  test('a single one names the command that fixes it', async () => {
    put({ timezon: 'UTC' })
    const { stderr } = await cto(world, 'config', 'list')
    expect(stderr).toContain('  fix: cto config unset timezon, or correct it\n')
  })

  test('a file that is not JSON is not quoted: it may hold a password', async () => {
    mkdirSync(path.dirname(userFile), { recursive: true })
    writeFileSync(userFile, '{\n "profiles": { "prod": { "url": "postgresql://ada:s3cret@db" },\n}')
    const { exitCode, stderr } = await cto(world, 'config', 'list')
    expect(exitCode).toBe(4)
    expect(stderr).toContain(`${userFile}: is not JSON`)
    expect(stderr).not.toContain('s3cret')
  })

  test('a file with databases that other users can read causes a warning', async () => {
    put({ profiles: { prod: { url: 'postgresql://db/cto' } } })
    chmodSync(userFile, 0o644)
    const { stderr } = await cto(world, 'config', 'get', 'timezone')
    expect(stderr).toBe(`warning: other users can read ${userFile}, which holds databases; fix: chmod 600\n`)
  })
})

describe('an invalid command line', () => {
  const wrong = [
    ['bugs', 'lits'],
    ['bugs', 'list', '--severty', 'low'],
    ['bugs', 'list', '--limit', 'few'],
  ]
  const coloured = (stderr: string) => stderr.startsWith('\u001B[31merror:')

  test.each(wrong.map((line) => [line]))('is refused in the format of the settings: cto %j', async (line) => {
    // The tests' own NO_COLOR would come first.
    const env = { NO_COLOR: '' }
    expect(coloured((await cto({ ...world, env }, ...line)).stderr)).toBe(false)
    const inVariable = { ...world, env: { ...env, CTO_COLOR: 'always' } }
    expect(coloured((await cto(inVariable, ...line)).stderr)).toBe(true)
    expect(coloured((await cto(inVariable, ...line, '--color', 'never')).stderr)).toBe(false)
    put({ color: 'always' })
    const { exitCode, stderr } = await cto({ ...world, env }, ...line)
    expect([exitCode, coloured(stderr)]).toEqual([2, true])
  })

  test('is reported alone, even if the settings are invalid too', async () => {
    put('no settings')
    const { exitCode, stderr } = await cto(world, 'bugs', 'lits')
    expect([exitCode, stderr]).toEqual([
      2,
      lines("error: unknown command 'lits'", '  did you mean list?', '  fix: cto bugs --help'),
    ])
  })
})

test('--output does not change a read-only file: exit 4', async () => {
  const file = path.join(world.folder, 'kept.txt')
  writeFileSync(file, 'kept', { mode: 0o444 })
  const { exitCode, stderr } = await cto(world, 'config', 'get', 'timezone', '-o', 'kept.txt')
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining(`error: ${file} is read-only`)])
  expect(readFileSync(file, 'utf8')).toBe('kept')
})
