import path from 'node:path'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { git, makeClone } from '../../helpers/clone.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const at = (hours: number) => `${1_772_000_000 + hours * 3600} +0000`

interface StoredCommit {
  sha: string
  subject: string
  author: string
  authored: string
  committed: string
  added: number | null
  deleted: number | null
  parents: string | null
  main: boolean
}

async function stored(): Promise<StoredCommit[]> {
  return db.sql<StoredCommit>(
    `SELECT c.sha, c.subject, a.email AS author, extract(epoch FROM c.authored_at)::bigint::text AS authored,
       extract(epoch FROM c.committed_at)::bigint::text AS committed, c.additions AS added, c.deletions AS deleted,
       array_to_string(c.parents, ' ') AS parents, c.on_default_branch AS main
     FROM commits c LEFT JOIN accounts a ON a.id = c.author_id ORDER BY c.sha`,
  )
}

/** The same from git itself, a command a commit. */
function fromGit(folder: string, head = 'HEAD'): StoredCommit[] {
  return git(folder, ['rev-list', head])
    .split('\n')
    .sort()
    .map((sha) => {
      const field = (format: string) =>
        git(folder, ['-c', 'mailmap.blob=HEAD:.mailmap', 'log', '-1', `--format=${format}`, sha])
      const parents = field('%P')
      const lines = git(folder, ['show', '--numstat', '--no-renames', '--format=', sha])
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'))
      const sum = (column: number) =>
        parents.includes(' ') ? null : lines.reduce((total, line) => total + (Number(line[column]) || 0), 0)
      return {
        ...{ sha, subject: field('%s'), author: field('%aE').toLowerCase() },
        ...{
          authored: field('%at'),
          committed: field('%ct'),
          added: sum(0),
          deleted: sum(1),
          parents,
          main: true,
        },
      }
    })
}

function clone(): string {
  return makeClone(
    db.folder,
    [
      {
        files: { 'a.ts': 'one\ntwo\n', '.mailmap': 'Ada <ada@example.com> <ada@old.example.com>\n' },
        authored: at(1),
      },
      { files: { 'b.ts': 'x\n' }, author: 'Ada <Ada@old.example.com>', authored: at(2), committed: at(5) },
      {
        files: { 'c.ts': 'y\n' },
        authored: at(3),
        branch: 'work',
        merge: 'main',
        author: 'Grace <grace@example.com>',
      },
      { files: { 'a.ts': 'one\n', 'd.bin': Buffer.from([0, 1, 2]) }, authored: at(4) },
      { files: { 'b.ts': null }, authored: at(6), merge: 'work' },
    ],
    { remote: 'git@github.com:acme/web.git' },
  )
}

test('the commits of a clone are those of git log, with their lines', async () => {
  const folder = clone()
  const { stdout, exitCode } = await cto(db, 'import', 'git', folder, '--commits', '--json')
  expect(exitCode).toBe(0)
  const expected = fromGit(folder)
  expect(JSON.parse(stdout)).toMatchObject({ data: { storedCommits: expected.length } })
  expect(await stored()).toEqual(expected)
  const [repository] = await db.sql(
    'SELECT r.host, r.full_name AS name, r.default_branch AS branch, r.language, p.language AS "ofProject", p.github_url AS url FROM repositories r JOIN projects p ON p.id = r.project_id',
  )
  expect(repository).toEqual({
    host: 'github.com',
    name: 'acme/web',
    branch: 'main',
    language: 'TypeScript',
    ofProject: 'TypeScript',
    url: 'https://github.com/acme/web',
  })
})

test('the language that a host reported stays, and a missing one is filled', async () => {
  const folder = clone()
  const languages = () => db.sql('SELECT language FROM repositories')
  await cto(db, 'import', 'git', folder, '--commits')
  await db.sql("UPDATE repositories SET language = 'Go'")
  await cto(db, 'import', 'git', folder, '--commits')
  expect(await languages()).toEqual([{ language: 'Go' }])
  await db.sql('UPDATE repositories SET language = NULL')
  await cto(db, 'import', 'git', folder, '--commits')
  expect(await languages()).toEqual([{ language: 'TypeScript' }])
})

test('a rename, odd names, another encoding, a revert and a date in the future are those of git log', async () => {
  const grace = 'Grace <grace@example.com>'
  const folder = makeClone(
    db.folder,
    [
      { files: { 'a.ts': 'one\ntwo\n', '.mailmap': `${grace} <g@old.example.com>\n` }, authored: at(1) },
      { files: { 'a.ts': null, 'b.ts': 'one\ntwo\n' }, message: 'Rename', authored: at(2) },
      { files: { 'odd\n"ü.ts': 'x\n', '@at': 'y\n' }, message: '@odd\n\n@body', authored: at(3) },
      {
        ...{ files: { 'b.ts': 'one\n' }, authored: at(4), author: 'Grace <g@old.example.com>' },
        ...{ message: Buffer.from('Gr\u00fc\u00dfe\n\nText', 'latin1'), encoding: 'ISO-8859-1' },
      },
      { files: { 'b.ts': 'two\n' }, message: 'Late', authored: '4070908800 +0530' },
      { message: 'Nothing', authored: at(5) },
    ],
    { remote: 'https://github.com/acme/odd.git' },
  )
  const reverted = git(folder, ['rev-parse', 'HEAD'])
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  const message = `Revert "Nothing"\n\nThis reverts commit ${reverted}.`
  const revert = git(folder, [...who, 'commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', message])
  git(folder, ['update-ref', 'refs/heads/main', revert])
  expect((await cto(db, 'import', 'git', folder, '--commits')).exitCode).toBe(0)
  const expected = fromGit(folder)
  expect(expected.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['', 'Rename', '@odd', 'Gr\u00fc\u00dfe', 'Late', 'Nothing', 'Revert "Nothing"']),
  )
  expect(await stored()).toEqual(expected)
  expect(
    await db.sql('SELECT sha, reverts_sha AS reverts FROM commits WHERE reverts_sha IS NOT NULL'),
  ).toEqual([{ sha: revert, reverts: reverted }])
})

test('a shallow clone brings its newest commits, and takes nothing from what a whole one brought', async () => {
  const folder = clone()
  const shallow = path.join(path.dirname(folder), 'shallow')
  git('.', ['clone', '-q', '--bare', '--depth', '2', `file://${folder}`, shallow])
  git(shallow, ['remote', 'set-url', 'origin', 'git@github.com:acme/web.git'])
  const whole = fromGit(folder)
  const parts = new Set(git(shallow, ['rev-list', 'HEAD']).split('\n'))
  const edge = new Set(git(shallow, ['rev-list', '--max-parents=0', 'HEAD']).split('\n'))
  expect((await cto(db, 'import', 'git', shallow, '--commits')).exitCode).toBe(0)
  // What git shows of an oldest commit, no parents and every line as added, is not so.
  expect(await stored()).toEqual(
    whole
      .filter(({ sha }) => parts.has(sha))
      .map((commit) =>
        edge.has(commit.sha) ? { ...commit, added: null, deleted: null, parents: null } : commit,
      ),
  )
  await cto(db, 'import', 'git', folder, '--commits')
  expect(await stored()).toEqual(whole)
  await cto(db, 'import', 'git', shallow, '--commits')
  expect(await stored()).toEqual(whole)
})

test('a commit that is checked out without a branch is imported with a notice, unless origin has a default branch', async () => {
  const folder = clone()
  const head = git(folder, ['rev-parse', 'HEAD'])
  const run = () => cto(db, 'import', 'git', folder, '--commits')
  const isNoticed = ({ stderr }: { stderr: string }) => stderr.includes('no branch is checked out')
  expect(isNoticed(await run())).toBe(false)
  git(folder, ['update-ref', 'refs/remotes/origin/main', head])
  git(folder, ['checkout', '-q', '--detach', `${head}~1`])
  expect(isNoticed(await run())).toBe(true)
  git(folder, ['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main'])
  expect(isNoticed(await run())).toBe(false)
  expect(await stored()).toEqual(fromGit(folder, head))
})

test('importing a clone again changes no commit; a branch that was rewritten leaves the default branch', async () => {
  const folder = clone()
  const versions = () => db.sql('SELECT sha, xmin::text AS version FROM commits ORDER BY sha')
  await cto(db, 'import', 'git', folder, '--commits')
  const before = await versions()
  await cto(db, 'import', 'git', folder, '--commits')
  expect(await versions()).toEqual(before)
  git(folder, ['update-ref', 'refs/heads/main', 'HEAD~1'])
  await cto(db, 'import', 'git', folder, '--commits')
  const left = (await stored()).filter(({ main }) => main).map(({ sha }) => sha)
  expect(left).toEqual(fromGit(folder).map(({ sha }) => sha))
  expect(before.length).toBeGreaterThan(left.length)
})

test('the import names the project and the repository that it created, and nothing the second time', async () => {
  const folder = clone()
  const line = ['import', 'git', folder, '--commits']
  expect((await cto(db, ...line, '--dry-run')).stderr).toContain(
    `web: would create the project "web" and the repository acme/web\n`,
  )
  const first = await cto(db, ...line, '--json')
  expect(first.stderr).toContain(`web: created the project "web" and the repository acme/web\n`)
  expect(JSON.parse(first.stdout)).toMatchObject({
    data: { createdProject: 'web', createdRepository: 'acme/web' },
  })
  const again = await cto(db, ...line, '--json')
  expect(again.stderr).not.toContain('created the')
  expect(JSON.parse(again.stdout)).toMatchObject({ data: { createdProject: null, createdRepository: null } })
})

test('the report counts the commits that are new, and those that were known', async () => {
  const folder = clone()
  const head = git(folder, ['rev-parse', 'HEAD'])
  git(folder, ['update-ref', 'refs/heads/main', 'HEAD~1'])
  const known = fromGit(folder).length
  const first = await cto(db, 'import', 'git', folder, '--commits')
  expect(first.stdout).toContain(`\n  ${known} commits = ${known} created\n`)
  git(folder, ['update-ref', 'refs/heads/main', head])
  const all = fromGit(folder).length
  const dry = await cto(db, 'import', 'git', folder, '--commits', '--dry-run')
  expect(dry.stdout).toContain(`\n  ${all} commits = ${all - known} created + ${known} unchanged\n`)
  const { stdout } = await cto(db, 'import', 'git', folder, '--commits', '--json')
  const commitCounts = { created: all - known, updated: 0, unchanged: known, skipped: 0 }
  expect(JSON.parse(stdout)).toMatchObject({ data: { storedCommits: all, commitCounts } })
})

test('commits that a merge brought belong to its pull request, which begins with the first of them', async () => {
  const folder = clone()
  const head = git(folder, ['rev-parse', 'HEAD'])
  await cto(db, 'import', 'git', folder, '--commits')
  await db.sql(
    `INSERT INTO pull_requests (repository_id, number, state, opened_at, merged_at, merge_sha)
     SELECT id, 5, 'merged', '2026-02-25T00:00:00Z', '2026-02-26T00:00:00Z', $1 FROM repositories`,
    [head],
  )
  await cto(db, 'import', 'git', folder, '--commits')
  const [pull] = await db.sql<{ first: Date; subjects: number }>(
    `SELECT first_commit_at AS first, (SELECT count(*)::int FROM commits WHERE pull_request_id = p.id) AS subjects
     FROM pull_requests p`,
  )
  // The merge itself, and the commit of the branch.
  expect(pull).toEqual({ first: new Date((1_772_000_000 + 3 * 3600) * 1000), subjects: 2 })
})

test('the days are the same with --commits, and are those of what is checked out', async () => {
  const folder = clone()
  git(folder, ['update-ref', 'refs/remotes/origin/main', 'HEAD'])
  git(folder, ['symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main'])
  const days = () =>
    db.sql(
      `SELECT date, commits_count, contributors, lines_of_code, tech_stack FROM project_metrics ORDER BY date`,
    )
  const sizes = ({ sha, added, deleted }: StoredCommit) => ({ sha, added, deleted })
  for (const head of ['HEAD', 'HEAD~1', 'HEAD^2']) {
    git(folder, ['update-ref', '--no-deref', 'HEAD', head])
    await cto(db, 'import', 'git', folder)
    const before = await days()
    await db.sql('DELETE FROM project_metrics')
    await cto(db, 'import', 'git', folder, '--commits')
    expect(await days()).toEqual(before)
    expect(before.length).toBeGreaterThan(0)
    expect((await stored()).map(sizes)).toEqual(fromGit(folder, 'origin/main').map(sizes))
    await db.sql('DELETE FROM project_metrics')
    git(folder, ['update-ref', '--no-deref', 'HEAD', 'origin/main'])
  }
})

test('without --commits no commit is stored', async () => {
  const { stdout } = await cto(db, 'import', 'git', clone(), '--json')
  expect(JSON.parse(stdout)).toMatchObject({ data: { storedCommits: null, commitCounts: null } })
  expect(await stored()).toEqual([])
})

test('the undo of an import deletes its commits, its repository and its project', async () => {
  const { stdout } = await cto(db, 'import', 'git', clone(), '--commits', '--json')
  const { data } = JSON.parse(stdout) as { data: { importId: string } }
  const facts = await db.sql('SELECT id FROM commits')
  const asked = await cto(db, 'import', 'undo', data.importId)
  expect(asked.stderr).toMatch(
    new RegExp(
      `: delete 1 project, \\d+ days? of metrics, ${facts.length} facts of repositories that it created, but those edited since`,
    ),
  )
  expect((await cto(db, 'import', 'undo', data.importId, '--yes')).exitCode).toBe(0)
  expect(
    await db.sql(
      'SELECT id FROM commits UNION ALL SELECT id FROM repositories UNION ALL SELECT id FROM projects',
    ),
  ).toEqual([])
})
