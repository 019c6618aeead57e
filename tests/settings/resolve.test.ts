import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FoundFile } from '../../src/settings/files.js'
import { settingNames, settingsTable } from '../../src/settings/table.js'
import { settingsFrom } from '../helpers/settings.js'

const project = (content: unknown): FoundFile => ({
  kind: 'project',
  path: '/shop/.cto.json',
  content,
  problem: null,
  exposed: false,
})

const user = (content: unknown): FoundFile => ({
  ...project(content),
  kind: 'user',
  path: '/home/ada/config.json',
})

const zones = { flag: 'Europe/Berlin', variable: 'Asia/Tokyo', project: 'America/Lima', user: 'Africa/Cairo' }

test('a flag overrides a variable, the project file, the user file and the default', () => {
  const sources = fc.record({
    flag: fc.boolean(),
    variable: fc.boolean(),
    project: fc.boolean(),
    user: fc.boolean(),
  })
  fc.assert(
    fc.property(sources, (has) => {
      const { values, origins, problems } = settingsFrom({
        flags: has.flag ? { timezone: zones.flag } : {},
        env: has.variable ? { CTO_TZ: zones.variable } : { CTO_TZ: '' },
        files: [
          ...(has.project ? [project({ timezone: zones.project })] : []),
          ...(has.user ? [user({ timezone: zones.user })] : []),
        ],
      })
      const first = (['flag', 'variable', 'project', 'user'] as const).find((source) => has[source])
      expect(problems).toEqual([])
      expect(values.timezone).toBe(first === undefined ? 'UTC' : zones[first])
      expect(origins.timezone.from).toBe(first ?? 'default')
    }),
  )
})

test('all problems of all sources are reported at once, with suggestions', () => {
  const { problems, values } = settingsFrom({
    flags: {},
    env: { CTO_LOCK_TIMEOUT: 'soon', CTO_JSON: 'perhaps' },
    files: [
      project({ timezon: 'UTC', databaseUrl: 'postgresql://h/d', profiles: {}, limit: [] }),
      user({ color: 'alwyas', profiles: { prod: { url: 'mysql://x', protectd: true } } }),
    ],
  })
  expect(problems.map(({ where, key, what }) => `${where} ${key ?? ''}: ${what}`).sort()).toEqual([
    '/home/ada/config.json color: "alwyas" is not one of auto, always, never; did you mean "always"?',
    '/home/ada/config.json profiles.prod.protectd: is not a field of a profile; did you mean protected?',
    '/home/ada/config.json profiles.prod.url: is not a URL that starts with postgresql://',
    '/shop/.cto.json databaseUrl: is set by the variable CTO_DATABASE_URL, or a profile of the user file, not by a file',
    '/shop/.cto.json limit: must be a text, a number, true or false',
    '/shop/.cto.json profiles: holds databases, which belong in the user file; a project file names one: "profile"',
    '/shop/.cto.json timezon: is not a setting; did you mean timezone?',
    'CTO_JSON : "perhaps" is neither true nor false',
    'CTO_LOCK_TIMEOUT : "soon" is not a whole number',
  ])
  // An invalid value is not used in part.
  expect(values).toMatchObject({ lockTimeout: 10, json: false, color: 'auto', limit: null })
})

test('whatever a file holds, nothing is thrown and every value has its type', () => {
  const key = fc.oneof(fc.constantFrom(...settingNames, 'profiles'), fc.string())
  const content = fc.oneof(fc.dictionary(key, fc.jsonValue()), fc.jsonValue())
  fc.assert(
    fc.property(content, content, (one, two) => {
      const { values } = settingsFrom({ flags: {}, env: {}, files: [project(one), user(two)] })
      expect(typeof values.lockTimeout).toBe('number')
      expect(typeof values.accessible).toBe('boolean')
      expect(values.databaseUrl).toBeNull()
    }),
  )
})

test('a project file cannot set a database, a host, a token or a program', () => {
  const dangerous = settingNames.filter((name) => settingsTable[name].files.includes('project'))
  expect(dangerous).toEqual(['timezone', 'format', 'limit', 'profile', 'schema', 'workspace', 'lockTimeout'])
})

describe('the database is that of', () => {
  const profiles = user({ profiles: { prod: { url: 'postgresql://prod/d' }, local: { home: '/data' } } })
  const choice = (flags: { profile?: string }, env: Record<string, string>, ...files: FoundFile[]) => {
    const { values, database } = settingsFrom({ flags, env, files: [...files, profiles] })
    return [values.databaseUrl ?? values.home, database.setBy]
  }
  const everything = { CTO_DATABASE_URL: 'cto-url', CTO_PROFILE: 'prod', DATABASE_URL: 'url' }
  const { CTO_DATABASE_URL: _, ...withoutCto } = everything
  const named = project({ profile: 'prod' })

  test.each([
    ['--profile', choice({ profile: 'local' }, everything, named), ['/data', '--profile']],
    ['CTO_DATABASE_URL', choice({}, everything, named), ['cto-url', 'CTO_DATABASE_URL']],
    ['CTO_PROFILE', choice({}, withoutCto, named), ['postgresql://prod/d', 'CTO_PROFILE']],
    ['DATABASE_URL', choice({}, { DATABASE_URL: 'url' }, named), ['url', 'DATABASE_URL']],
    ['the profile of a file', choice({}, {}, named), ['postgresql://prod/d', '/shop/.cto.json']],
    ['nothing: the embedded one', choice({}, { HOME: '/home/ada' }), ['/home/ada/.local/share/cto', null]],
  ])('%s', (_name, found, wanted) => {
    expect(found).toEqual(wanted)
  })
})
