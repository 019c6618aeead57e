import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { Host } from '../../src/cli/host.js'
import { readSettings } from '../../src/cli/settings.js'
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
  editor: words('vi', 'code --wait'),
  pager: words('less', 'more -d'),
  profile: words('remote', 'folder'),
  databaseUrl: words('postgresql://ada@one/shop', 'postgres://two:6000', 'postgresql:///x?host=/run/pg'),
  directUrl: words('postgresql://ada@direct/shop', 'postgresql://other:7000/y?sslmode=disable'),
  schema: words('web', 'we ird', 'public', 'é'.repeat(31)),
  home: words('data', '/srv/cto', './a/../b'),
  lockTimeout: numbers(2_147_483),
  connectionLimit: numbers(30),
  connectionsKept: numbers(5),
  connectionTimeout: words('0', '7', '0.25', '2147483'),
  poolTimeout: words('0', '5', '1.001', '30'),
  queryTimeoutMs: numbers(999_999_999),
  slowQueryMs: numbers(5000),
  slowLog: files,
  pooled: words('true', 'false'),
  sslMode: words('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'),
  sslRootCert: files,
  sslCert: files,
  sslKey: files,
  githubToken: words('ghp_0123456789abcdef0123'),
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
    // --json makes the list readable here, and --format would not.
    ...(flag === undefined || ['--json', '--format'].includes(flag) ? [] : [spelled('flag', flag)]),
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
  const flags = Object.entries(asRecord(of('flag'))).flat()
  return { env: complete(asRecord(of('variable'))), flags }
}

type Row = { name: string; value: unknown; origin: string; source: string | null }

/** What `config list` would show if it asked the engine. */
function usedByEngine({
  at,
  limits,
  lockTimeoutMs,
}: DatabaseSettings): Partial<Record<SettingName, unknown>> {
  const shared = {
    lockTimeout: lockTimeoutMs / 1000,
    connectionLimit: limits.max,
    connectionsKept: limits.min,
    connectionTimeout: limits.connectTimeoutMs / 1000,
    poolTimeout: limits.poolTimeoutMs / 1000,
    queryTimeoutMs: limits.queryTimeoutMs,
    slowQueryMs: limits.slowQueryMs,
  }
  if (at.engine === 'embedded')
    return { ...shared, databaseUrl: null, home: at.embedded.home, schema: at.embedded.schema }
  expect(at.server.limits).toEqual(limits)
  return { ...shared, schema: at.server.schema, pooled: at.server.pooled }
}

test('config list shows what the engine gets, for any source and spelling', async () => {
  await fc.assert(
    fc.asyncProperty(chosen, async (all) => {
      const { env, flags } = worldOf(all)
      const { stdout, stderr, exitCode } = await cto({ env, folder }, 'config', 'list', ...flags, '--json')
      expect([stderr, exitCode]).toEqual([expect.stringMatching(/^database: /m), 0])
      const { data } = JSON.parse(stdout) as { data: Row[] }
      const shown = Object.fromEntries(data.map(({ name, value }) => [name, value]))

      const { settings, used } = given(env, flags)
      expect(shown).toMatchObject(usedByEngine(used))
      expect(shown).toMatchObject({
        user: settings.flags.as ?? null,
        timezone: settings.zone,
        profile: settings.database.profile?.name ?? null,
      })
      if (used.at.engine === 'embedded') return
      const { server } = used.at
      const { sslMode, sslCert, databaseUrl } = shown
      expect(server.tls.mode).toBe(
        sslMode === 'disable' ? 'disable' : /allow|prefer/.test(String(sslMode)) ? 'prefer' : 'require',
      )
      expect(String(databaseUrl)).toContain(server.host.startsWith('/') ? 'run' : server.host)
      if (server.tls.mode !== 'disable')
        expect(server.tls.options.cert ?? null).toBe(
          typeof sslCert === 'string' ? readFileSync(sslCert, 'utf8') : null,
        )
      if (server.direct) expect(String(shown['directUrl'])).toContain(server.direct.host)
    }),
    { numRuns: 120 },
  )
}, 30_000)

/** The settings of the same line, as a command gets them. */
function given(env: Record<string, string>, argv: readonly string[]) {
  const value = (flag: string) => {
    const at = argv.lastIndexOf(flag)
    return at < 0 ? undefined : argv[at + 1]
  }
  const lockTimeout = value('--lock-timeout')
  const [as, tz, profile] = [value('--as'), value('--tz'), value('--profile')]
  const host = {
    env: { HOME: folder, CTO_HOME: path.join(folder, 'home'), ...env },
    cwd: folder,
    packageRoot: folder,
    stdout: { isTerminal: false },
  } as unknown as Host
  const settings = readSettings(host, {
    header: true,
    input: true,
    pager: true,
    ...(as !== undefined && { as }),
    ...(tz !== undefined && { tz }),
    ...(profile !== undefined && { profile }),
    ...(lockTimeout !== undefined && { lockTimeout: Number(lockTimeout) }),
  })
  return { settings, used: settings.databaseSettings(undefined, { meter: undefined, onWait: () => {} }) }
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
