import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cto, type Result } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

/*
 * Every flag and argument that takes the path of a file to read. A file may come from a repository that no one has
 * read, so each of them is opened only if it is regular or a pipe, and read up to a limit.
 */

const db = useDatabase()
const root = mkdtempSync(path.join(tmpdir(), 'cto-doors-'))
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

const doors: Record<string, (file: string) => string[]> = {
  'bugs create --json-in': (file) => ['bugs', 'create', '--json-in', file],
  'bugs create --recover': (file) => ['bugs', 'create', '--recover', file],
  'bugs assign --from': (file) => ['bugs', 'assign', '--from', file, '--to', 'none', '--yes'],
  'metrics check --gates': (file) => ['metrics', 'check', '--gates', file],
  'metrics check --baseline': (file) => ['metrics', 'check', '--max', 'open.total=1', '--baseline', file],
  'metrics diff': (file) => ['metrics', 'diff', file],
  'import csv': (file) => ['import', 'csv', file, '--type', 'bugs'],
  'import csv --mapping': (file) => ['import', 'csv', '-', '--type', 'bugs', '--mapping', file],
  'import csv --people': (file) => ['import', 'csv', '-', '--type', 'bugs', '--people', file],
  'import apply': (file) => ['import', 'apply', file],
  'db doctor --baseline': (file) => ['db', 'doctor', '--baseline', file],
  'db query --file': (file) => ['db', 'query', '--file', file],
  'db verify': (file) => ['db', 'verify', file],
  'db verify --passphrase-file': (file) => ['db', 'verify', 'none.tar', '--passphrase-file', file],
  'db verify --identity-file': (file) => ['db', 'verify', 'none.tar', '--identity-file', file],
}

const strange: Record<string, { make: (file: string) => void; message: RegExp; exitCode: number }> = {
  'that is missing': { make: () => {}, message: /no (?:file|mapping|plan|baseline|archive) "/, exitCode: 3 },
  'that links to a device': {
    make: (file) => {
      symlinkSync('/dev/zero', file)
    },
    message: /is a device/,
    exitCode: 2,
  },
  'that is a folder': {
    make: (file) => {
      mkdirSync(file)
    },
    message: /is a folder/,
    exitCode: 2,
  },
  'that links to itself': {
    make: (file) => {
      symlinkSync(file, file)
    },
    message: /cannot be opened/,
    exitCode: 2,
  },
  'of 10 GB without content': {
    make: (file) => {
      writeFileSync(file, '')
      truncateSync(file, 10 * 2 ** 30)
    },
    message: /is larger than 64 MB|is a binary file/,
    exitCode: 2,
  },
  'that is a named pipe without a writer': {
    make: (file) => {
      execFileSync('mkfifo', [file])
    },
    message: /no program writes to the named pipe/,
    exitCode: 2,
  },
}

describe.each(Object.entries(strange))('a file %s', (kind, { make, message, exitCode }) => {
  const results = new Map<string, Result>()

  // At once, since each of them waits for a named pipe.
  beforeAll(async () => {
    const file = path.join(root, kind.replaceAll(' ', '-'))
    make(file)
    const runs = Object.entries(doors).map(async ([door, argv]) => {
      results.set(door, await cto({ ...db, stdin: 'Key,Summary\nA-1,x\n' }, ...argv(file)))
    })
    await Promise.all(runs)
  })

  // That an archive of zeros is damaged is the result of db verify, not a failure.
  const refusing = Object.keys(doors).filter((door) => door !== 'db verify' || !kind.startsWith('of 10 GB'))

  test.each(refusing)('is refused by %s', (door) => {
    const { exitCode: found, stderr } = results.get(door) ?? {}
    expect([found, stderr]).toEqual([exitCode, expect.stringMatching(message)])
  })
})

test('a named pipe with a writer is read to its end', async () => {
  const pipe = path.join(root, 'written')
  execFileSync('mkfifo', [pipe])
  const writing = writeFile(pipe, '[{"title":"Piped","severity":"low"}]')
  const { exitCode, stdout } = await cto(db, 'bugs', 'create', '--json-in', pipe, '--json')
  await writing
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('"Piped"')])
})
