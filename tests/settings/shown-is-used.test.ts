import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Command } from 'commander'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { editText } from '../../src/cli/editor.js'
import { mayColour } from '../../src/cli/format.js'
import type { Host } from '../../src/cli/host.js'
import { chosenPager } from '../../src/cli/pager-choice.js'
import { applySettings, readSettings, type CommandSettings } from '../../src/cli/settings.js'
import type { DatabaseSettings } from '../../src/engine/open.js'
import type { Setting } from '../../src/settings/setting.js'
import { settingNames, settingsTable, type SettingName } from '../../src/settings/table.js'
import { cto } from '../helpers/cto.js'

const folder = mkdtempSync(path.join(tmpdir(), 'cto-shown-'))
const userFile = path.join(folder, '.config/cto/config.json')
const certificate = path.join(folder, 'a.crt')
const otherCertificate = path.join(folder, 'b.crt')
mkdirSync(path.dirname(userFile), { recursive: true })
writeFileSync(certificate, 'one certificate')
writeFileSync(otherCertificate, 'another certificate')
/** Programs that write their own name into the file that is their last argument. */
const programs = ['one', 'two'].map((name) => {
  const program = path.join(folder, name)
  writeFileSync(program, `#!/bin/sh\nfor file; do :; done\nprintf ${name} > "$file"\n`, { mode: 0o755 })
  return program
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const numbers = (max: number) => fc.nat({ max }).map(String)
const words = (...each: string[]) => fc.constantFrom(...each)
const files = words(certificate, otherCertificate)

/** Valid texts of each setting, in the unit of the setting. A setting without an entry does not compile. */
const texts: Record<SettingName, fc.Arbitrary<string>> = {
  user: words('ada', 'bob@example.com'),
  timezone: words('Asia/Tokyo', 'Africa/Cairo', 'UTC'),
  format: words('csv', 'list'),
  json: words('true', '0'),
  limit: numbers(200),
  color: words('always', 'never'),
  accessible: words('yes', 'no'),
  editor: words(...programs, `${programs[0] ?? ''} --wait`),
  pager: words(...programs, `${programs[0] ?? ''} -d`),
  profile: words('remote', 'folder'),
  databaseUrl: words('postgresql://ada@one/shop', 'postgres://two:6000', 'postgresql:///x?host=/run/pg'),
  directUrl: words('postgresql://ada@direct/shop', 'postgresql://other:7000/y?sslmode=disable'),
  readUrl: words('postgresql://ada@standby/shop', 'postgresql://third:8000/z?sslmode=disable'),
  schema: words('web', 'we ird', 'public', 'é'.repeat(31)),
  workspace: words('acme.com', 'none'),
  home: words('data', '/srv/cto', './a/../b'),
  lockTimeout: numbers(2_147_483),
  connectionLimit: numbers(30),
  connectionsKept: numbers(5),
  connectionTimeout: words('0', '7', '0.25', '2147483'),
  poolTimeout: words('0', '5', '1.001', '30'),
  readMaxLag: words('0', '2.5', '60'),
  queryTimeoutMs: numbers(999_999_999),
  slowQueryMs: numbers(5000),
  slowLog: files,
  pooled: words('true', 'false'),
  sslMode: words('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'),
  sslRootCert: files,
  sslCert: files,
  sslKey: files,
  githubToken: words('ghp_0123456789abcdef0123', 'ghp_another'),
}

/** Texts of flags where they are not those of the setting: formats that `rowsIn` reads, and a flag without a value. */
const flagTexts: Record<string, fc.Arbitrary<string>> = {
  '--format': words('tsv', 'ndjson'),
  '--json': words(''),
}

/** One setting in one spelling. */
interface Spelling {
  name: SettingName
  at: 'flag' | 'variable' | 'project' | 'user' | 'field' | 'parameter'
  /** The flag, variable, field or parameter. */
  as: string
  text: string
}

const spellings: fc.Arbitrary<Spelling>[] = settingNames.flatMap((name) => {
  const { flag, variables, units, files, database } = settingsTable[name] as Setting<unknown>
  const spelled = (at: Spelling['at'], as: string, text = texts[name]) =>
    text.map((each): Spelling => ({ name, at, as, text: each }))
  return [
    ...(flag === undefined ? [] : [spelled('flag', flag, flagTexts[flag])]),
    ...variables.map((each) => spelled('variable', each, units?.[each] ? numbers(99_999) : texts[name])),
    ...files.map((each) => spelled(each, name)),
    ...(database?.field === undefined ? [] : [spelled('field', database.field)]),
    ...(database?.parameter === undefined ? [] : [spelled('parameter', database.parameter)]),
  ]
})

const chosen = fc.array(fc.oneof(...spellings), { minLength: 1, maxLength: 12 })

/** A command line, variables and files that hold the spellings. */
function worldOf(all: readonly Spelling[]) {
  const of = (at: Spelling['at']) => all.filter((each) => each.at === at)
  const asRecord = (list: readonly Spelling[]) => Object.fromEntries(list.map(({ as, text }) => [as, text]))
  const withParameters = (url: string) => {
    const [whole = '', query = ''] = url.split('?')
    const parameters = new URLSearchParams(query)
    for (const { as, text } of of('parameter')) parameters.set(as, text)
    return `${whole}?${parameters.toString()}`
  }
  const isUrl = (as: string) => ['CTO_DATABASE_URL', 'DATABASE_URL', 'url'].includes(as)
  const complete = (record: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(record).map(([as, text]) => [as, isUrl(as) ? withParameters(text) : text]),
    )
  const profiles = {
    remote: complete({ url: 'postgresql://ada@profile/shop', ...asRecord(of('field')) }),
    folder: { home: 'of-profile', ...asRecord(of('field').filter(({ as }) => as !== 'url')) },
  }
  writeFileSync(userFile, JSON.stringify({ ...asRecord(of('user')), profiles }), { mode: 0o600 })
  writeFileSync(path.join(folder, '.cto.json'), JSON.stringify(asRecord(of('project'))))
  const flags = Object.entries(asRecord(of('flag'))).flatMap(([flag, text]) =>
    text === '' ? [flag] : [flag, text],
  )
  return { env: complete(asRecord(of('variable'))), flags }
}

interface Row {
  name: string
  value: unknown
  origin: string
  source: string | null
}

/** What `config list` printed: its rows, and their format. */
function rowsIn(stdout: string): { format: string; rows: Row[] } {
  if (stdout.startsWith('{"data"') || stdout.startsWith('{\n'))
    return { format: 'json', rows: (JSON.parse(stdout) as { data: Row[] }).data }
  const lines = stdout.trimEnd().split('\n')
  if (stdout.startsWith('{')) return { format: 'ndjson', rows: lines.map((line) => JSON.parse(line) as Row) }
  const rows = lines.slice(1).map((line) => {
    const [name = '', text = '', origin = '', source = '', type] = line.split('\t')
    const value = text === '' ? null : type === 'text' ? text : (JSON.parse(text) as unknown)
    return { name, value, origin, source }
  })
  return { format: 'tsv', rows }
}

/** What a command of the same line uses. */
interface Used {
  env: Record<string, string>
  /** With stdout in a pipe, and on a terminal. */
  piped: CommandSettings
  onTerminal: CommandSettings
  database: DatabaseSettings
}

const server = ({ database: { at } }: Used) => (at.engine === 'postgresql' ? at.server : null)
const embedded = ({ database: { at } }: Used) => (at.engine === 'embedded' ? at.embedded : null)
const terminal = { isTerminal: true, height: 24 } as Host['stdout']
const pipe = { isTerminal: false } as Host['stdout']

/** TLS options are made only where the connection is encrypted. */
function expectFile(used: Used, option: 'ca' | 'cert' | 'key', shown: unknown): void {
  const tls = server(used)?.tls
  if (tls && tls.mode !== 'disable' && typeof shown === 'string')
    expect(tls.options[option]).toBe(readFileSync(shown, 'utf8'))
}

/** For each setting: that its value in `config list` is the one in use. A setting without an entry does not compile. */
const comparisons: Record<
  SettingName,
  (shown: unknown, used: Used, all: Record<SettingName, Row>) => void | Promise<void>
> = {
  user: (shown, { piped }) => {
    expect(piped.values.user).toBe(shown)
  },
  timezone: (shown, { piped }) => {
    expect(piped.zone).toBe(shown)
  },
  format: (shown, { piped, onTerminal }, all) => {
    const isFlag = all.format.origin === 'flag'
    const asked = isFlag ? shown : all.json.value === true ? 'json' : null
    expect(piped.format).toBe(asked ?? 'tsv')
    expect(onTerminal.format).toBe(asked ?? shown ?? (all.accessible.value === true ? 'list' : 'table'))
  },
  json: (shown, { piped }) => {
    expect(piped.flags.json ?? false).toBe(shown)
  },
  limit: (shown, { piped, onTerminal }) => {
    const limitOf = (settings: CommandSettings, stdout: Host['stdout']) => {
      const list = new Command('list').option('--limit <n>', '', Number, 50)
      applySettings(settings, list, { stdout, stderr: { write: () => {} } } as unknown as Host)
      return list.opts<{ limit: number }>().limit
    }
    expect(limitOf(onTerminal, terminal)).toBe(shown ?? 50)
    expect(limitOf(piped, pipe)).toBe(50)
  },
  color: (shown, { piped }) => {
    const colours = [terminal, pipe].map((stream) => mayColour(stream, piped.flags, {}))
    expect(colours).toEqual([shown !== 'never', shown === 'always'])
  },
  accessible: (shown, { onTerminal }, all) => {
    if (all.format.value === null && all.json.value === false)
      expect(onTerminal.format).toBe(shown === true ? 'list' : 'table')
  },
  editor: async (shown, { piped }) => {
    if (typeof shown !== 'string') return
    const host = { signal: new AbortController().signal } as unknown as Host
    const draft = await editText('', 'bug.md', { host, env: {}, editor: piped.values.editor })
    draft.discard()
    expect(draft.text).toBe(path.basename(shown.split(' ')[0] ?? ''))
  },
  pager: (shown, { onTerminal: { flags, values } }, all) => {
    const input = {
      host: { stdout: terminal } as unknown as Host,
      env: {},
      flags,
      format: 'table',
      values,
    } as const
    if (shown !== null) expect(chosenPager(input)).toBe(all.accessible.value === true ? null : shown)
  },
  profile: (shown, { piped }) => {
    expect(piped.database.profile?.name ?? null).toBe(shown)
  },
  databaseUrl: (shown, used) => {
    const host = server(used)?.host
    if (host === undefined) expect(shown).toBeNull()
    else expect(shown).toContain(host.startsWith('/') ? 'run' : host)
  },
  directUrl: (shown, used) => {
    const direct = server(used)?.direct
    if (direct) expect(shown).toContain(direct.host)
  },
  readUrl: (shown, used) => {
    const replica = server(used)?.replica
    if (replica) expect(shown).toContain(replica.server.host)
    else if (server(used)) expect(shown).toBeNull()
  },
  schema: (shown, used) => {
    expect((server(used) ?? embedded(used))?.schema).toBe(shown)
  },
  workspace: (shown, { database }) => {
    expect(database.workspace).toBe(shown === 'none' ? null : shown)
  },
  home: (shown, used) => {
    if (embedded(used)) expect(embedded(used)?.home).toBe(shown)
  },
  lockTimeout: (shown, { database }) => {
    expect(database.lockTimeoutMs / 1000).toBe(shown)
  },
  connectionLimit: (shown, used) => {
    expect(used.database.limits.max).toBe(shown)
    if (server(used)) expect(server(used)?.limits).toEqual(used.database.limits)
  },
  connectionsKept: (shown, { database }) => {
    expect(database.limits.min).toBe(shown)
  },
  connectionTimeout: (shown, { database }) => {
    expect(database.limits.connectTimeoutMs / 1000).toBe(shown)
  },
  poolTimeout: (shown, { database }) => {
    expect(database.limits.poolTimeoutMs / 1000).toBe(shown)
  },
  queryTimeoutMs: (shown, { database }) => {
    expect(database.limits.queryTimeoutMs).toBe(shown)
  },
  slowQueryMs: (shown, { database }) => {
    expect(database.limits.slowQueryMs).toBe(shown)
  },
  slowLog: (shown, { piped }) => {
    expect(piped.values.slowLog).toBe(shown)
  },
  readMaxLag: (shown, used) => {
    const replica = server(used)?.replica
    if (replica) expect(replica.maxLagMs / 1000).toBe(shown)
  },
  pooled: (shown, used) => {
    if (server(used)) expect(server(used)?.pooled).toBe(shown)
  },
  sslMode: (shown, used) => {
    const mode = shown === 'disable' ? 'disable' : /allow|prefer/.test(String(shown)) ? 'prefer' : 'require'
    if (server(used)) expect(server(used)?.tls.mode).toBe(mode)
  },
  sslRootCert: (shown, used) => {
    expectFile(used, 'ca', shown)
  },
  sslCert: (shown, used) => {
    expectFile(used, 'cert', shown)
  },
  sslKey: (shown, used) => {
    expectFile(used, 'key', shown)
  },
  githubToken: (shown, { env, piped }) => {
    const token = env['GITHUB_TOKEN'] ?? env['GH_TOKEN'] ?? null
    expect(shown).toBe(token === null ? null : '***')
    expect(piped.values.githubToken).toBe(token)
  },
}

test('config list shows what is used, for every setting from any source and in any spelling', async () => {
  await fc.assert(
    fc.asyncProperty(chosen, async (all) => {
      const { env, flags } = worldOf(all)
      const columns = ['--fields', 'name,value,origin,source,type']
      const list = await cto({ env, folder }, 'config', 'list', ...flags, ...columns)
      expect([list.stderr, list.exitCode]).toEqual([expect.stringMatching(/^database: /m), 0])
      const { format, rows } = rowsIn(list.stdout)
      const shown = Object.fromEntries(rows.map((row) => [row.name, row])) as Record<SettingName, Row>
      const used = usedWith(env, flags)
      expect(format).toBe(used.piped.format)
      for (const name of settingNames) await comparisons[name](shown[name].value, used, shown)
    }),
    { numRuns: 100 },
  )
}, 60_000)

/** What a command with the same flags and variables uses. */
function usedWith(env: Record<string, string>, argv: readonly string[]): Used {
  const value = (flag: string) => {
    const at = argv.lastIndexOf(flag)
    return at < 0 ? undefined : argv[at + 1]
  }
  const named = {
    as: value('--as'),
    tz: value('--tz'),
    profile: value('--profile'),
    workspace: value('--workspace'),
  }
  const chosen = { format: value('--format'), color: value('--color') }
  const lockTimeout = value('--lock-timeout')
  const given = Object.entries({ ...named, ...chosen }).filter(([, text]) => text !== undefined)
  const settingsOn = (stdout: Host['stdout']) => {
    const host = {
      env: { HOME: folder, CTO_HOME: path.join(folder, 'home'), ...env },
      cwd: folder,
      packageRoot: folder,
      stdout,
    } as unknown as Host
    return readSettings(host, {
      header: true,
      input: true,
      pager: true,
      ...Object.fromEntries(given),
      ...(argv.includes('--json') && { json: true }),
      ...(lockTimeout !== undefined && { lockTimeout: Number(lockTimeout) }),
    })
  }
  const piped = settingsOn(pipe)
  const database = piped.databaseSettings(undefined, { meter: undefined, onWait: () => {} })
  return { env, piped, onTerminal: settingsOn(terminal), database }
}

test.each([
  [{ DATABASE_POOL_TIMEOUT_MS: '5000' }, 'poolTimeout', 5, 'DATABASE_POOL_TIMEOUT_MS'],
  [{ DATABASE_CONNECTION_LIMIT: '0' }, 'connectionLimit', 1, 'DATABASE_CONNECTION_LIMIT'],
  [
    { DATABASE_URL: 'postgresql://h/d?connection_limit=3' },
    'connectionLimit',
    3,
    'connection_limit in DATABASE_URL',
  ],
  [{ DATABASE_URL: 'postgresql://h/d?sslmode=require' }, 'sslMode', 'require', 'sslmode in DATABASE_URL'],
])('%j: config list shows %s as %s, set by %s', async (env, name, value, source) => {
  rmSync(userFile, { force: true })
  const { stdout } = await cto({ env, folder }, 'config', 'list', '--json')
  const { data } = JSON.parse(stdout) as { data: Row[] }
  expect(data.find((row) => row.name === name)).toMatchObject({ value, source })
})

test('a CTO_SCHEMA that PostgreSQL would truncate is rejected: exit 4', async () => {
  const { exitCode, stderr } = await cto({ env: { CTO_SCHEMA: 'x'.repeat(70) }, folder }, 'bugs', 'list')
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining('CTO_SCHEMA: must be the name of a schema')])
})

test('seconds beyond the range of PostgreSQL and Node are rejected by flag and by variable', async () => {
  const line = await cto({ env: {}, folder }, 'config', 'list', '--lock-timeout', '2147484')
  expect([line.exitCode, line.stderr]).toEqual([
    2,
    expect.stringContaining('--lock-timeout "2147484" is not a whole number from 0 to 2147483'),
  ])
  const { exitCode, stderr } = await cto({ env: { CTO_LOCK_TIMEOUT: '999999999' }, folder }, 'bugs', 'list')
  expect([exitCode, stderr]).toEqual([
    4,
    expect.stringContaining('CTO_LOCK_TIMEOUT: "999999999" is more than 2147483 seconds'),
  ])
})

/** Files outside src/settings that read a variable of a setting, and why. */
const readers: Record<string, string> = {
  'admin/doctor/connection-checks.ts DIRECT_URL': 'the text of a remedy',
  ...Object.fromEntries(
    ['CTO_DATABASE_URL', 'CTO_HOME', 'CTO_PROFILE', 'CTO_SCHEMA', 'CTO_WORKSPACE', 'DATABASE_URL'].map(
      (name) => [
        `cli/completion-cache.ts ${name}`,
        'a part of the name of the cache, which has to be found before settings are loaded',
      ],
    ),
  ),
  'cli/pager-choice.ts CTO_PAGER': 'an empty one is no setting, and means no pager',
  'cli/ready-page.ts CTO_JSON': 'whatever it holds, the page that the build made is not used',
  'cli/report.ts CTO_JSON': 'a failure before the settings could be read',
  'commands/demo/index.ts CTO_DATABASE_URL': 'a hint about a variable that is set',
  'commands/demo/index.ts DATABASE_URL': 'a hint about a variable that is set',
}

test('Only src/settings reads the variables of settings', () => {
  const variables = settingNames.flatMap((name) => settingsTable[name].variables)
  const found = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('settings/') && !file.includes('generated'))
    .flatMap((file) => {
      const text = readFileSync(path.join('src', file), 'utf8')
      return variables.filter((name) => text.includes(`'${name}'`)).map((name) => `${file} ${name}`)
    })
  expect(found.sort()).toEqual(Object.keys(readers).sort())
})
