import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  lstatSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { findFiles, settingsPaths } from '../../src/settings/files.js'
import { changeFile, withKey, withoutKey } from '../../src/settings/write-file.js'
import { cto } from '../helpers/cto.js'

const made: string[] = []
let root = ''

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cto-settings-'))
  made.push(root)
})

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

describe('.cto.json is searched upward', () => {
  const projectOf = (cwd: string, home: string) =>
    path.relative(root, settingsPaths({ HOME: path.join(root, home) }, path.join(root, cwd)).project)
  const put = (folder: string) => {
    mkdirSync(path.join(root, folder), { recursive: true })
    writeFileSync(path.join(root, folder, '.cto.json'), '{}')
  }

  beforeEach(() => {
    mkdirSync(path.join(root, 'home/shop/.git'), { recursive: true })
    mkdirSync(path.join(root, 'home/shop/src/deep'), { recursive: true })
    mkdirSync(path.join(root, 'other/src'), { recursive: true })
  })

  test('and the nearest is used', () => {
    put('home/shop')
    put('home/shop/src')
    expect(projectOf('home/shop/src/deep', 'home')).toBe('home/shop/src/.cto.json')
  })

  test('not beyond the repository; a new one belongs at its root', () => {
    put('home')
    expect(projectOf('home/shop/src/deep', 'home')).toBe('home/shop/.cto.json')
    expect(findFiles(settingsPaths({ HOME: path.join(root, 'home') }, path.join(root, 'home/shop')))).toEqual(
      [],
    )
  })

  test('outside a repository as far as the home folder', () => {
    put('home')
    mkdirSync(path.join(root, 'home/notes/old'), { recursive: true })
    expect(projectOf('home/notes/old', 'home')).toBe('home/.cto.json')
  })

  test('outside both only in the folder, since all users may write above it', () => {
    put('')
    expect(projectOf('other/src', 'home')).toBe('other/src/.cto.json')
  })
})

describe('a file that is not regular, or far too large, is rejected and not read', () => {
  const places: Record<string, (file: string) => void> = {
    'a link to a device': (file) => {
      symlinkSync('/dev/zero', file)
    },
    'a named pipe': (file) => {
      execFileSync('mkfifo', [file])
    },
    'a folder': (file) => {
      mkdirSync(file)
    },
    'a large file': (file) => {
      writeFileSync(file, '')
      truncateSync(file, 2 ** 31)
    },
  }

  test.each(Object.keys(places))('%s in place of .cto.json: exit 4 at once', async (name) => {
    const file = path.join(root, '.cto.json')
    places[name]?.(file)
    const { exitCode, stderr } = await cto({ env: {}, folder: root }, 'bugs', 'list')
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringMatching(/is not a regular file|is larger than 1 MB/),
    ])
    const set = await cto({ env: {}, folder: root }, 'config', 'set', 'timezone', 'UTC', '--project')
    expect([set.exitCode, set.stderr]).toEqual([4, expect.stringContaining('it was not changed')])
  })

  test.each(Object.keys(places))(
    '%s in place of a template, or named by --env-file: exit 2',
    async (name) => {
      mkdirSync(path.join(root, '.cto/templates'), { recursive: true })
      const file = path.join(root, '.cto/templates/crash.md')
      places[name]?.(file)
      const world = { env: {}, folder: root }
      const variables = await cto(world, 'config', 'list', '--env-file', file)
      expect([variables.exitCode, variables.stdout]).toEqual([2, ''])
      const { exitCode, stderr } = await cto(world, 'bugs', 'create', '--template', 'crash')
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringMatching(
          /is a (device|folder)|is larger than 64 MB|no program writes to the named pipe/,
        ),
      ])
    },
    30_000,
  )
})

describe('a change of a file', () => {
  const shared = { isPrivate: true, dryRun: false }

  test('preserves the rest: keys, order, indentation', () => {
    const file = path.join(root, 'config.json')
    const before = '{\n    "//": "mine",\n    "timezone": "UTC",\n    "later": { "a": [1] }\n}\n'
    writeFileSync(file, before)
    changeFile(file, (content) => withKey(content, ['limit'], 20), shared)
    expect(readFileSync(file, 'utf8')).toBe(
      '{\n    "//": "mine",\n    "timezone": "UTC",\n    "later": {\n        "a": [\n            1\n        ]\n    },\n    "limit": 20\n}\n',
    )
    changeFile(file, (content) => withoutKey(content, ['limit']), shared)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(before))
  })

  test('creates the folder, and a file that only its owner can read', () => {
    const file = path.join(root, 'new/cto/config.json')
    expect(changeFile(file, (content) => withKey(content, ['profiles', 'prod', 'url'], 'x'), shared)).toBe(
      true,
    )
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ profiles: { prod: { url: 'x' } } })
    expect(changeFile(file, (content) => withKey(content, ['profiles', 'prod', 'url'], 'x'), shared)).toBe(
      false,
    )
    expect(readdirSync(path.dirname(file))).toEqual(['config.json'])
  })

  test('follows a link to its target', () => {
    writeFileSync(path.join(root, 'real.json'), '{}')
    symlinkSync(path.join(root, 'real.json'), path.join(root, 'link.json'))
    changeFile(path.join(root, 'link.json'), (content) => withKey(content, ['limit'], 1), shared)
    expect(lstatSync(path.join(root, 'link.json')).isSymbolicLink()).toBe(true)
    expect(readFileSync(path.join(root, 'real.json'), 'utf8')).toContain('"limit": 1')
  })

  test('is refused while another command changes the file, and if the file is not JSON', () => {
    const file = path.join(root, 'config.json')
    writeFileSync(`${file}.lock`, '')
    expect(() => changeFile(file, (content) => withKey(content, ['limit'], 1), shared)).toThrow(
      expect.objectContaining({ code: 'LOCKED' }),
    )
    writeFileSync(file, '{ "limit": 1, }')
    expect(() => changeFile(file, (content) => content, shared)).toThrow(
      expect.objectContaining({ code: 'NOT_CONFIGURED' }),
    )
    expect(readFileSync(file, 'utf8')).toBe('{ "limit": 1, }')
  })
})
