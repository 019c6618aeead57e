import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { git, makeClone, type Commit, type MakeClone } from '../../helpers/clone.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject } from '../../helpers/factories.js'

const db = useDatabase()

function clone(commits: readonly Commit[], options?: MakeClone): string {
  return makeClone(db.folder, commits, options)
}

/** A moment of March 2026, as git writes it. */
function at(day: number, time = '10:00', zone = '+0000'): string {
  const moment = `2026-03-${String(day).padStart(2, '0')}T${time}:00${zone.slice(0, 3)}:${zone.slice(3)}`
  return `${Date.parse(moment) / 1000} ${zone}`
}

const later: Partial<World> = { now: new Date('2026-03-20T09:00:00Z') }

async function importGit(...argv: string[]) {
  const { exitCode, stdout, stderr } = await cto({ ...db, ...later }, 'import', 'git', ...argv, '--json')
  return { exitCode, stderr, data: dataIn(stdout) }
}

function dataIn(stdout: string): Report {
  return (JSON.parse(stdout || '{}') as { data: Report }).data
}

interface Report {
  importId: string | null
  detected: Record<string, unknown>
  records: number
  created: number
  updated: number
  unchanged: number
  skipped: number
}

function days() {
  return db.sql(`SELECT date::text, commits_count::int AS commits, contributors, lines_of_code::int AS lines,
    tech_stack AS languages FROM project_metrics ORDER BY date`)
}

const history: Commit[] = [
  { files: { 'src/a.ts': 'one\ntwo\n', 'README.md': 'prose\n' }, authored: at(2) },
  { files: { 'src/b.py': 'one\ntwo\nthree\n' }, authored: at(2, '11:00'), author: 'Ben <ben@example.com>' },
  { files: { 'src/a.ts': 'one\n' }, authored: at(4) },
]

describe('import git', () => {
  test('stores each day of a clone for its project', async () => {
    const { exitCode, data } = await importGit(clone(history))
    expect(exitCode).toBe(0)
    expect(data).toMatchObject({ records: 2, created: 2, updated: 0, unchanged: 0, skipped: 0 })
    expect(await days()).toEqual([
      { date: '2026-03-02', commits: 2, contributors: 2, lines: 5, languages: ['Python', 'TypeScript'] },
      { date: '2026-03-04', commits: 1, contributors: 1, lines: 4, languages: ['Python', 'TypeScript'] },
    ])
    expect(await db.sql('SELECT name, github_url, language, last_commit FROM projects')).toEqual([
      { name: 'web', github_url: null, language: 'Python', last_commit: new Date('2026-03-04T10:00:00Z') },
    ])
  })

  test('changes nothing the second time, and only the days that changed after new commits', async () => {
    const folder = clone(history)
    await importGit(folder)
    expect((await importGit(folder)).data).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
    writeFileSync(path.join(folder, 'c.go'), 'package main\n')
    git(folder, ['reset', '-q'])
    git(folder, ['add', 'c.go'])
    git(folder, [
      '-c',
      'user.name=Ada',
      '-c',
      'user.email=ada@example.com',
      'commit',
      '-qm',
      'x',
      '--date',
      at(4),
    ])
    const { data } = await importGit(folder)
    // The commit is of today for the real clock, which is the future for the tests' own.
    expect(data).toMatchObject({ created: 0, updated: 1, unchanged: 1 })
  })

  test('a dry run stores nothing and prints the same', async () => {
    const { data } = await importGit(clone(history), '--dry-run')
    expect(data).toMatchObject({ importId: null, dryRun: true, created: 2 })
    expect(await days()).toEqual([])
    expect(await db.sql('SELECT id FROM import_logs')).toEqual([])
  })

  test('writes a log entry and one audit row', async () => {
    const { data } = await importGit(clone(history))
    const [log] = await db.sql('SELECT id, source, records_imported::int AS n, metadata FROM import_logs')
    expect(log).toMatchObject({
      id: data.importId,
      source: 'manual',
      n: 2,
      metadata: { state: 'done', file: 'web', externalSource: 'git', counts: { records: 2, created: 2 } },
    })
    const { stdout } = await cto({ ...db, ...later }, 'import', 'history', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ source: 'git', metadata: { preset: 'git' } }] })
    const audit = await db.sql('SELECT action, entity_id FROM audit_log')
    expect(audit).toEqual([{ action: 'import.git', entity_id: data.importId }])
    expect(await db.sql('SELECT DISTINCT import_id FROM project_metrics')).toEqual([
      { import_id: data.importId },
    ])
  })

  test('prints a line for people', async () => {
    const folder = clone(history)
    const { stdout } = await cto({ ...db, ...later, terminal: 100 }, 'import', 'git', folder, '--dry-run')
    expect(stdout).toBe('web: 2 days = 2 created\n')
  })
})

describe('the days of a history', () => {
  test('begin and end in the requested zone, whatever the author’s', async () => {
    const late = clone([{ files: { 'a.c': 'x\n' }, authored: at(5, '23:30', '+0900') }])
    await importGit(late)
    expect(await days()).toMatchObject([{ date: '2026-03-05' }])
    const night = clone([{ files: { 'a.c': 'x\n' }, authored: at(6, '02:00') }], { name: 'night' })
    await importGit(night, '--tz', 'America/New_York')
    expect(await db.sql(`SELECT date::text FROM project_metrics ORDER BY date`)).toEqual([
      { date: '2026-03-05' },
      { date: '2026-03-05' },
    ])
  })

  test('count work by the author date and lines by the committer date', async () => {
    await importGit(clone([{ files: { 'a.c': 'x\ny\n' }, authored: at(2), committed: at(6) }]))
    expect(await days()).toMatchObject([
      { date: '2026-03-02', commits: 1, lines: 0 },
      { date: '2026-03-06', commits: 0, contributors: 0, lines: 2, languages: ['C'] },
    ])
  })

  test('a merge counts lines once, and all authors of its commits', async () => {
    await importGit(
      clone([
        { files: { 'a.rs': 'a\n' }, authored: at(2) },
        { files: { 'a.rs': 'a\n' }, authored: at(2), branch: 'side', author: 'Ben <ben@example.com>' },
        { files: { 'b.rs': 'b\nb\n' }, authored: at(3), branch: 'side', author: 'Ben <ben@example.com>' },
        { files: { 'c.rs': 'c\n' }, authored: at(4) },
        { files: { 'b.rs': 'b\nb\n' }, authored: at(5), merge: 'side' },
      ]),
    )
    expect(await days()).toMatchObject([
      { date: '2026-03-02', commits: 2, contributors: 2, lines: 1 },
      { date: '2026-03-03', commits: 1, lines: 1 },
      { date: '2026-03-04', commits: 1, lines: 2 },
      { date: '2026-03-05', commits: 1, lines: 4 },
    ])
  })

  test('a renamed file keeps its lines, in its new language', async () => {
    await importGit(
      clone([
        { files: { 'a.js': 'x\ny\n' }, authored: at(2) },
        { files: { 'a.js': null, 'a.ts': 'x\ny\n' }, authored: at(3) },
      ]),
    )
    expect(await days()).toMatchObject([
      { lines: 2, languages: ['JavaScript'] },
      { lines: 2, languages: ['TypeScript'] },
    ])
  })

  test('binary files, prose, data and third-party code do not count', async () => {
    await importGit(
      clone([
        {
          files: {
            'logo.js': Buffer.from([0, 1, 2, 10, 0]),
            'notes.md': 'x\n',
            'data.json': '{}\n',
            'node_modules/left-pad/index.js': 'x\n',
            'jquery.min.js': 'x\n',
            Makefile: 'all:\n',
          },
        },
      ]),
    )
    expect(await days()).toMatchObject([{ commits: 1, lines: 1, languages: ['Makefile'] }])
  })

  test('the mailmap merges two addresses of one person', async () => {
    const mailmap = 'Ada <ada@example.com> <ada@home.example>\n'
    const folder = clone([
      { files: { '.mailmap': mailmap }, authored: at(2) },
      { authored: at(2), author: 'ada <ada@home.example>' },
    ])
    git(folder, ['reset', '-q', '--hard'])
    await importGit(folder)
    expect(await days()).toMatchObject([{ commits: 2, contributors: 1 }])
  })

  test('a commit dated in the future is skipped until then', async () => {
    const { stderr } = await importGit(
      clone([
        { files: { 'a.c': 'x\n' }, authored: at(2) },
        { files: { 'b.c': 'x\n' }, authored: at(28) },
      ]),
    )
    expect(await days()).toMatchObject([{ date: '2026-03-02', commits: 1, lines: 2 }])
    expect(stderr).toContain('commits dated in the future, skipped until then: 1')
  })

  test('an author date that git cannot read is replaced by the committer’s', async () => {
    const folder = clone([{ files: { 'a.c': 'x\n' }, authored: '0 +0000', committed: at(3) }])
    const raw = git(folder, ['cat-file', 'commit', 'HEAD'])
    const broken = `${raw.trimEnd()}\n`.replace(/^(author .*>).*$/m, '$1 abc')
    writeFileSync(path.join(folder, '.git', 'broken'), broken)
    const args = ['hash-object', '-t', 'commit', '--literally', '-w', path.join(folder, '.git', 'broken')]
    git(folder, ['reset', '-q', '--soft', git(folder, args).trim()])
    await importGit(folder)
    expect(await days()).toMatchObject([{ date: '2026-03-03', commits: 1, lines: 1 }])
  })

  test('hostile names of files and people do no harm', async () => {
    const { exitCode } = await importGit(
      clone([
        {
          files: { 'a\nb\t"c\\.py': 'x\n', '@1 2 3.py': 'x\n', '\u202etxt.py': 'x\n', '-\t-\tx.py': 'x\n' },
          author: '\u001b[31m@1 "; DROP TABLE bugs; -- <x\ty@example.com>',
        },
        { author: '<>' },
      ]),
    )
    expect(exitCode).toBe(0)
    expect(await days()).toMatchObject([{ commits: 2, contributors: 2, lines: 4, languages: ['Python'] }])
  })

  test('the lines of the last day are those of the present files', async () => {
    const file = fc.constantFrom('a.ts', 'b.py', 'c.md', 'd/e.go')
    const content = fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 6 })
    const files = fc.dictionary(file, fc.option(content), { minKeys: 1, maxKeys: 3 })
    const commit = fc.record({
      files,
      branch: fc.constantFrom('main', 'main', 'side'),
      day: fc.integer({ min: 2, max: 19 }),
    })
    const property = fc.asyncProperty(fc.array(commit, { minLength: 1, maxLength: 12 }), async (commits) => {
      const folder = clone([
        { authored: at(1), files: { 'keep.ts': 'x\n' } },
        { authored: at(1), branch: 'side' },
        ...commits.map(({ files, branch, day }) => ({
          branch,
          authored: at(day),
          files: Object.fromEntries(
            Object.entries(files).map(([name, lines]) => [name, lines && `${lines.join('\n')}\n`]),
          ),
        })),
        { authored: at(19), merge: 'side' },
      ])
      const code = git(folder, ['ls-tree', '-r', '--name-only', 'HEAD'])
        .split('\n')
        .filter((name) => /\.(ts|py|go)$/.test(name))
      const there = git(folder, ['show', ...code.map((name) => `HEAD:${name}`)]).split('\n').length
      const { data } = await importGit(folder, '--dry-run')
      expect(data.detected['linesOfCode']).toBe(there)
      expect(data.detected['commits']).toBe(Number(git(folder, ['rev-list', '--count', 'HEAD'])))
    })
    await fc.assert(property, { numRuns: 8 })
  })
})

test('the history of imports counts the stored commits too', async () => {
  const folder = clone([{ files: { 'a.ts': 'one\n' } }, { files: { 'a.ts': 'two\n' } }])
  await cto(db, 'import', 'git', folder, '--commits')
  await cto(db, 'import', 'git', folder, '--commits')
  const fields = ['--fields', 'recordsImported,metadata.counts', '--json']
  interface Counted {
    recordsImported: number
    metadata: { counts: Record<string, number> }
  }
  const { stdout } = await cto(db, 'import', 'history', '--sort', 'timestamp', ...fields)
  const counted = (JSON.parse(stdout) as { data: Counted[] }).data
  expect(counted.map(({ recordsImported }) => recordsImported).sort()).toEqual([0, 3])
  expect(counted.map(({ metadata }) => metadata.counts)).toContainEqual(
    expect.objectContaining({ created: 1, commits: 2 }),
  )
})

describe('one commit has one count of lines', () => {
  const generated = Array.from({ length: 50 }, (_, n) => `line ${n}\n`).join('')
  const commits: Commit[] = [
    {
      files: {
        'a.ts': 'one\ntwo\n',
        'b.py': 'one\n',
        'api.pb.go': generated,
        'lib/left-pad.js': generated,
        'docs/example.c': generated,
        'vendor/own.go': 'ours\n',
        'lock.ts': generated,
      },
      authored: at(2),
    },
    {
      files: {
        '.gitattributes':
          '*.pb.go linguist-generated\nlib/** linguist-vendored=true\nlock.ts -diff\nvendor/own.go -linguist-vendored\n',
        'docs/.gitattributes': '*.c linguist-documentation\n',
        'src/.gitattributes': '* text=auto\n',
      },
      authored: at(3),
    },
  ]
  const lines = async () => (await days()).map((day) => day['lines'])

  test('checked out, bare, and with a work tree of other attributes', async () => {
    const folder = clone(commits, { name: 'web' })
    const bare = path.join(path.dirname(folder), 'bare')
    git('.', ['clone', '-q', '--bare', folder, bare])
    await importGit(folder)
    expect(await lines()).toEqual([4, 4])
    git(folder, ['reset', '-q', '--hard'])
    writeFileSync(path.join(folder, '.gitattributes'), '*.ts -diff\n')
    expect((await importGit(folder)).data).toMatchObject({ unchanged: 2 })
    expect((await importGit(bare)).data.detected).toMatchObject({ linesOfCode: 4 })
  })

  test.each([
    ['log.showRoot', 'false'],
    ['core.attributesFile', 'attributes'],
    ['diff.renames', 'copies'],
    ['log.follow', 'true'],
  ])('with %s = %s in its settings', async (key, value) => {
    const folder = clone([
      { files: { 'a.ts': 'one\ntwo\n' }, authored: at(2) },
      { files: { 'b.ts': 'one\ntwo\n', 'c.ts': 'x\n' }, authored: at(3) },
    ])
    writeFileSync(path.join(db.folder, 'attributes'), '*.ts -diff\n')
    git(folder, ['config', key, value === 'attributes' ? path.join(db.folder, value) : value])
    await importGit(folder)
    expect(await lines()).toEqual([2, 5])
  })
})

describe('the project of a clone', () => {
  test('is the one with the repository, whatever its name', async () => {
    const { id } = await addProject(db, 'Storefront', { githubUrl: 'https://github.com/acme/web' })
    const { data } = await importGit(clone(history, { remote: 'git@github.com:Acme/web.git' }))
    expect(data.detected).toMatchObject({ projectId: id, githubUrl: 'https://github.com/acme/web' })
  })

  test.each([
    ['git@github.com-work:acme/web.git'],
    ['ssh://git@ssh.github.com:443/acme/web.git'],
    ['org-123@github.com:acme/web.git'],
    ['gh:acme/web'],
    ['git@work:acme/web.git'],
    ['ssh://git@work:2222/acme/web.git'],
  ])('is that of GitHub, reached as %s', async (remote) => {
    const folder = clone(history, { remote })
    git(folder, ['config', 'url.https://github.com/.insteadOf', 'gh:'])
    // Answers as ssh does with an alias "work" in the user's settings.
    const ssh =
      '#!/bin/sh\nfor host; do :; done\n[ "$host" = work ] && host=github.com\necho "hostname $host"\n'
    writeFileSync(path.join(db.folder, 'ssh'), ssh, { mode: 0o755 })
    const env = { ...db.env, PATH: `${db.folder}:${process.env['PATH'] ?? ''}` }
    const { stdout } = await cto({ ...db, ...later, env }, 'import', 'git', folder, '--json')
    expect(dataIn(stdout).detected).toMatchObject({ githubUrl: 'https://github.com/acme/web' })
  })

  test('a git that is too old for the lines of merges is named as the reason', async () => {
    const folder = clone(history)
    const programs = path.join(db.folder, 'old-git')
    mkdirSync(programs)
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    const old = `#!/bin/sh
case "$*" in *--diff-merges*) echo 'fatal: unrecognized argument: --diff-merges=first-parent' >&2; exit 128;; esac
exec ${real} "$@"
`
    writeFileSync(path.join(programs, 'git'), old, { mode: 0o755 })
    const env = { ...db.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` }
    const { exitCode, stderr } = await cto({ ...db, ...later, env }, 'import', 'git', folder, '--commits')
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('the installed git is too old')])
    expect(stderr).toContain('2.31')
    expect(await db.sql('SELECT FROM commits')).toEqual([])
  })

  test('is by the folder’s name where the remote is of another host, or ssh is missing', async () => {
    const folder = clone(history, { remote: 'git@git.example.com:acme/web.git' })
    const programs = path.join(db.folder, 'programs')
    mkdirSync(programs)
    symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), path.join(programs, 'git'))
    const env = { ...db.env, PATH: programs }
    const { stdout } = await cto({ ...db, ...later, env }, 'import', 'git', folder, '--json')
    expect(dataIn(stdout).detected).toMatchObject({ githubUrl: null, repository: 'web' })
  })

  test('is else one of the name, which gets the repository', async () => {
    const { id } = await addProject(db, 'Web', { language: 'Elm' })
    await importGit(clone(history, { remote: 'https://github.com/acme/web' }))
    expect(await db.sql('SELECT id, github_url, language FROM projects')).toEqual([
      { id, github_url: 'https://github.com/acme/web', language: 'Elm' },
    ])
  })

  test('is never the one of another repository', async () => {
    const { id } = await addProject(db, 'web', { githubUrl: 'https://github.com/other/web' })
    const { data } = await importGit(clone(history, { remote: 'https://github.com/acme/web' }))
    expect(data.detected['projectId']).not.toBe(id)
  })
})

describe('an incomplete clone', () => {
  test('that is empty has no days', async () => {
    const { exitCode, data, stderr } = await importGit(clone([]))
    expect([exitCode, data.records]).toEqual([0, 0])
    expect(stderr).toContain('no commit yet')
  })

  test('that is shallow skips its incomplete days', async () => {
    const folder = clone([...history, { files: { 'c.go': 'x\n' }, authored: at(7) }])
    const shallow = path.join(path.dirname(folder), 'shallow')
    git('.', ['clone', '-q', '--bare', '--depth', '2', `file://${folder}`, shallow])
    const { data, stderr } = await importGit(shallow)
    expect(data).toMatchObject({ records: 2, created: 1, skipped: 1 })
    expect(await days()).toMatchObject([{ date: '2026-03-07', commits: 1, lines: 5 }])
    expect(stderr).toContain('days up to 2026-03-04 are incomplete and skipped')
  })

  test('that lacks the content of files is rejected with the command that fetches it', async () => {
    const folder = clone(history)
    git(folder, ['config', 'uploadpack.allowFilter', 'true'])
    const partial = path.join(path.dirname(folder), 'partial')
    git('.', ['clone', '-q', '--filter=blob:none', '--no-checkout', `file://${folder}`, partial])
    const { exitCode, stderr } = await importGit(partial)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('is a partial clone: it lacks the content of files')
    expect(stderr).toContain(`git -C ${partial} fetch --refetch --no-filter`)
  })

  test('a folder that is not a clone, or is inside one, is rejected (exit 2), a missing one too (exit 3)', async () => {
    const inside = path.join(clone(history), 'src')
    mkdirSync(inside)
    expect(await importGit(inside)).toMatchObject({ exitCode: 2 })
    expect(await importGit('.')).toMatchObject({ exitCode: 2 })
    expect(await importGit('nowhere')).toMatchObject({ exitCode: 3 })
    const logs = await db.sql(`SELECT metadata->>'state' AS state FROM import_logs`)
    expect(logs).toEqual([{ state: 'failed' }, { state: 'failed' }, { state: 'failed' }])
  })

  test('does not stop the import of the others (exit 5)', async () => {
    const { exitCode, data } = await importGit('nowhere', clone(history))
    expect(exitCode).toBe(5)
    expect(data).toMatchObject([
      { failure: { code: 'NOT_FOUND' }, created: 0 },
      { failure: null, created: 2 },
    ])
  })
})
