import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cto, type Result } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug } from '../helpers/factories.js'

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

/** Those that read a file too, but refuse less than the doors above, or not a missing one in the same words. */
const otherDoors: typeof doors = {
  'sessions ingest': (file) => ['sessions', 'ingest', file],
  'sessions ingest --people': (file) => ['sessions', 'ingest', '-', '--people', file],
  'events ingest': (file) => ['events', 'ingest', file],
  'reviews ingest': (file) => ['reviews', 'ingest', file, '--repo', 'web'],
  'dashboards create --layout': (file) => ['dashboards', 'create', 'Team', '--layout', file],
  'bugs create --template': (file) => ['bugs', 'create', '--template', file],
  'status --env-file': (file) => ['status', '--env-file', file],
  'workspaces restore': (file) => ['workspaces', 'restore', file, 'acme.com'],
}

test.each(Object.entries({ ...doors, ...otherDoors }))(
  '%s names the file that was meant',
  async (_, argv) => {
    writeFileSync(path.join(db.folder, 'jira-export.csv'), '')
    const { exitCode, stderr } = await cto({ ...db, stdin: 'Title\nOne\n' }, ...argv('jira-exprot.csv'))
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringMatching(/^error: .*jira-exprot\.csv.*\n  did you mean "jira-export\.csv"\?\n  fix: /m),
    ])
  },
)

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

/**
 * Every flag and argument that takes the path of a file to write, but `--output`, which also writes to devices, and
 * `db prune --archive-to`, which writes to nothing that exists.
 */
const outputs: Record<string, (file: string) => string[]> = {
  'db backup': (file) => ['db', 'backup', file],
  'db doctor --write-baseline': (file) => [
    'db',
    'doctor',
    '--only',
    'conn.version',
    '--write-baseline',
    file,
  ],
}

const noFile: Record<string, { make: (file: string) => void; message: RegExp; exitCode: number }> = {
  'a link to a device': {
    make: (file) => {
      symlinkSync('/dev/null', file)
    },
    message: /is a device/,
    exitCode: 2,
  },
  'a link to nothing': {
    make: (file) => {
      symlinkSync('nothing', file)
    },
    message: /is a symbolic link to a file that does not exist/,
    exitCode: 2,
  },
  'a link to itself': {
    make: (file) => {
      symlinkSync(file, file)
    },
    message: /cannot be opened/,
    exitCode: 2,
  },
  'a folder': {
    make: (file) => {
      mkdirSync(file)
    },
    message: /is a folder/,
    exitCode: 2,
  },
  'a named pipe': {
    make: (file) => {
      execFileSync('mkfifo', [file])
    },
    message: /is a device/,
    exitCode: 2,
  },
  'a read-only file': {
    make: (file) => {
      writeFileSync(file, 'kept', { mode: 0o444 })
    },
    message: /is read-only/,
    exitCode: 4,
  },
}

describe.each(Object.entries(outputs))('%s', (door, argv) => {
  const place = (name: string) => path.join(root, `${door} ${name}.tar`.replaceAll(/[ /]/g, '-'))

  beforeEach(async () => {
    await db.sql(
      `INSERT INTO audit_log (action, entity_type, created_at) VALUES ('old', 'bug', '2023-06-01')`,
    )
  })

  test.each(Object.entries(noFile))('writes to no %s', async (kind, { make, message, exitCode }) => {
    const file = place(kind)
    make(file)
    const before = lstatSync(file)
    const { exitCode: found, stderr } = await cto(db, ...argv(file))
    expect([found, stderr]).toEqual([exitCode, expect.stringMatching(message)])
    expect(lstatSync(file)).toMatchObject({ ino: before.ino, mode: before.mode, size: before.size })
    expect(await db.sql(`SELECT FROM audit_log WHERE action = 'old'`)).not.toEqual([])
  })

  test('writes to the file that a link leads to; the link stays', async () => {
    const link = place('link')
    writeFileSync(`${link}-target`, 'old')
    symlinkSync(`${link}-target`, link)
    const { exitCode, stderr } = await cto(db, ...argv(link))
    expect(exitCode, stderr).toBe(0)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(lstatSync(`${link}-target`).size).toBeGreaterThan(10)
  })
})

/** Every flag and argument that takes the path of a file to write. */
const writers: Record<string, (file: string) => string[]> = {
  ...outputs,
  'report --output': (file) => ['report', '--output', `${file}.html`],
  'bugs list --output': (file) => ['bugs', 'list', '--output', file],
  'db prune --archive-to': (file) => ['db', 'prune', '--audit', '730d', '--archive-to', file, '--yes'],
  'import csv --rejects': (file) => ['import', 'csv', '-', '--type', 'bugs', '--rejects', file],
  'import csv --save-mapping': (file) => [
    'import',
    'csv',
    '-',
    '--type',
    'bugs',
    '--max-errors',
    '1',
    '--save-mapping',
    file,
  ],
}

test.each(Object.entries(writers))(
  '%s names the folder that is missing, and no temporary file',
  async (_, argv) => {
    await db.sql(
      `INSERT INTO audit_log (action, entity_type, created_at) VALUES ('old', 'bug', '2023-06-01')`,
    )
    const file = path.join(root, 'nowhere', 'new.tar')
    const stdin = 'Title,Created\nOne,2026-01-01\nTwo,soon\n'
    const { exitCode, stderr } = await cto({ ...db, stdin }, ...argv(file))
    expect([exitCode, stderr]).toEqual([
      expect.toSatisfy((code) => code === 3 || code === 4),
      expect.stringContaining(`the folder ${path.dirname(file)} does not exist\n`),
    ])
    expect(stderr).toContain(file)
    expect(stderr).not.toMatch(/\.part|\.lock|ENOENT/)
    expect(await db.sql(`SELECT FROM audit_log WHERE action = 'old'`)).not.toEqual([])
  },
)

test.each(['/proc/backups', '/dev/null/backups'])(
  'db backup %s ends at once: no folder can be there',
  async (folder) => {
    const { exitCode, stderr } = await cto(db, 'db', 'backup', folder)
    expect([exitCode, stderr]).toEqual([
      expect.toSatisfy((code) => code === 3 || code === 4),
      expect.stringContaining(folder),
    ])
  },
)

/** Every flag and argument that takes the path of a file or a folder to write, where stdout is for something else. */
const noStdout: readonly string[][] = [
  ['db', 'doctor', '--write-baseline', '-'],
  ['db', 'prune', '--audit', '730d', '--archive-to', '-', '--yes'],
  ['import', 'csv', '-', '--type', 'bugs', '--save-mapping', '-'],
  ['import', 'apply', 'plan.json', '--rejects', '-'],
  ['workspaces', 'backup', '--all', '--to', '-'],
]

test.each(noStdout)('cto %s %s … makes no file that is called -', async (...argv) => {
  const { exitCode, stderr } = await cto({ ...db, stdin: 'Title\nOne\n' }, ...argv)
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^error: --[a-z-]+ needs a f(?:ile|older): /)])
  expect(readdirSync(db.folder)).not.toContain('-')
})

/** Each reads two files, which cannot both be standard input: the second would be empty. */
const twice: readonly string[][] = [
  ['import', 'csv', '-', '--type', 'bugs', '--people', '-'],
  ['import', 'csv', '-', '--type', 'bugs', '--mapping', '-'],
  ['sessions', 'ingest', '-', '--people', '-'],
  ['events', 'ingest', '-', '-'],
  ['metrics', 'diff', '-', '-'],
  ['db', 'verify', '-', '--passphrase-file', '-'],
]

test.each(twice)('cto %s %s … refuses standard input for two files', async (...argv) => {
  const text = argv.includes('--mapping')
    ? '{"version":1}'
    : argv.includes('diff')
      ? '{"data":{"open.total":{"value":1}}}'
      : 'email,name\nada@example.com,Ada\n'
  const { exitCode, stderr } = await cto({ ...db, stdin: text }, ...argv)
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/can be (?:read only|named only) once/)])
})

test('an archive is verified and restored from standard input', async () => {
  await addBug(db)
  const file = path.join(root, 'piped.tar')
  expect((await cto(db, 'db', 'backup', file)).exitCode).toBe(0)
  const piped = { ...db, stdin: readFileSync(file) }
  const verified = await cto(piped, 'db', 'verify', '-', '--json')
  expect([verified.exitCode, verified.stderr]).toEqual([
    0,
    expect.stringContaining('stdin can be restored: '),
  ])
  expect(readdirSync(db.folder)).not.toContain('-.verified')
  await db.sql('DELETE FROM bugs')
  const line = ['db', 'restore', '-', '--replace', '--no-backup', '--confirm']
  const name = db.engine === 'embedded' ? 'embedded' : (/\/(\w+) schema/.exec(db.target)?.[1] ?? '')
  const restored = await cto(piped, ...line, name)
  expect(restored.exitCode, restored.stderr).toBe(0)
  expect(await db.sql('SELECT count(*)::int FROM bugs')).toEqual([{ count: 1 }])
  const cut = await cto({ ...db, stdin: readFileSync(file).subarray(0, 4000) }, 'db', 'verify', '-')
  expect([cut.exitCode, cut.stderr]).toEqual([8, expect.stringContaining('stdin cannot be restored')])
})

test('--people reads standard input for sessions too', async () => {
  await writeFile(path.join(db.folder, 'sessions.json'), '{}')
  const stdin = 'login\nada\n'
  const { exitCode, stderr } = await cto(
    { ...db, stdin },
    'sessions',
    'ingest',
    'sessions.json',
    '--people',
    '-',
  )
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no column of "stdin" is named email')])
})

test('a kept text is resumed from its file alone, which is removed at the end', async () => {
  const { exitCode, stderr } = await cto({ ...db, stdin: 'x' }, 'bugs', 'create', '--recover', '-')
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--recover needs a file')])
})

test('a secret that other users can read is used, with a caution', async () => {
  for (const [name, mode, cautions] of [
    ['open', 0o644, true],
    ['own', 0o600, false],
  ] as const) {
    const file = path.join(root, `passphrase-${name}`)
    writeFileSync(file, 'secret', { mode })
    const archive = path.join(root, `${name}.tar.age`)
    const { exitCode, stderr } = await cto(db, 'db', 'backup', archive, '--passphrase-file', file, '--quiet')
    expect(exitCode, stderr).toBe(0)
    expect([name, stderr.includes(`other users can read ${file}`)]).toEqual([name, cautions])
  }
})

test('a named pipe with a writer is read to its end', async () => {
  const pipe = path.join(root, 'written')
  execFileSync('mkfifo', [pipe])
  const writing = writeFile(pipe, '[{"title":"Piped","severity":"low"}]')
  const { exitCode, stdout } = await cto(db, 'bugs', 'create', '--json-in', pipe, '--json')
  await writing
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('"Piped"')])
})
