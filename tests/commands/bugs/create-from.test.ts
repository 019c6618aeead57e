import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { cto, pause, type Result } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, changeBug } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

const dataOf = ({ stdout }: Result) => (JSON.parse(stdout) as { data: unknown }).data
const titles = async () =>
  (await db.sql<{ title: string }>('SELECT title FROM bugs ORDER BY bug_number')).map(({ title }) => title)

describe('--json-in', () => {
  const from = (content: unknown, ...flags: string[]) => {
    const stdin = typeof content === 'string' ? content : JSON.stringify(content)
    return cto({ ...db, stdin }, 'bugs', 'create', '--json-in', '-', '--json', ...flags)
  }

  test('reads one bug with the field names of JSON', async () => {
    const ada = await addUser(db, 'ada')
    const web = await addProject(db, 'web')
    const bug = {
      title: 'Checkout times out',
      description: 'none',
      severity: 'High',
      status: 'in_progress',
      project: { id: web.id, name: 'web' },
      assignedTo: 'ada',
      createdById: ada.id,
      slaHours: 10,
      revenueImpact: '1200.50',
      estimatedHours: 3.25,
      isBlocker: true,
      priorityScore: 99,
    }
    expect(dataOf(await from(bug))).toMatchObject({
      ...bug,
      severity: 'high',
      estimatedHours: '3.25',
      assignedTo: { id: ada.id, email: 'ada@example.com', name: 'Ada' },
      assignedToId: ada.id,
      priorityPinned: true,
    })
  })

  test.each([
    ['an array', (bugs: object[]) => JSON.stringify(bugs)],
    ['an object a line', (bugs: object[]) => bugs.map((bug) => `${JSON.stringify(bug)}\n`).join('\n')],
  ])('reads many in %s, numbered in their order, each audited', async (_, written) => {
    await addProject(db, 'web')
    const bugs = Array.from({ length: 30 }, (__, n) => ({ title: `Bug ${n}`, severity: 'low' }))
    const data = dataOf(await from(written(bugs), '--project', 'web')) as {
      bugNumber: string
      title: string
    }[]
    expect(data.map(({ bugNumber, title }) => [bugNumber, title])).toEqual(
      bugs.map(({ title }, n) => [`BUG-${1001 + n}`, title]),
    )
    expect(data[29]).toMatchObject({ project: { name: 'web' } })
    const audited = (await auditOf(db)).filter(({ action }) => action === 'bug.create')
    expect(audited).toHaveLength(30)
  })

  test('reports all problems at once, and stores nothing', async () => {
    const { exitCode, stdout, stderr } = await cto(
      {
        ...db,
        stdin: JSON.stringify([
          { title: 'Right', severity: 'low' },
          { title: '', severity: 'urgent', assignee: 'ada', id: 'x' },
          { severity: 'high', revenueImpact: 1e21, isBlocker: 'maybe', titel: 'x' },
          'text',
        ]),
      },
      ...['bugs', 'create', '--json-in', '-'],
    )
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      lines(
        'error: 8 invalid values in standard input',
        '  record 2: title: must not be empty; ' +
          'record 2: severity: no severity "urgent"; valid: critical, high, medium, low; ' +
          'record 2: bugs have no field assignee; did you mean assignedTo?; ' +
          'record 2: id is not for people to set; ' +
          'record 3: revenueImpact: not a number: "1e+21"; ' +
          'record 3: isBlocker: "maybe" is neither true nor false; ' +
          'record 3: bugs have no field titel; did you mean title?; ' +
          'record 4: is not an object',
        '  fix: nothing was stored; correct it and run the same again',
      ),
    )
    expect(await titles()).toEqual([])
  })

  test.each([
    ['an array', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['objects', `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
  ])('rejects a value that is nested too deeply in %s: exit 2', async (_, deep) => {
    const { exitCode, stdout, stderr } = await from(`{"title":${deep},"severity":"low"}`)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain('nested more than 100 levels deep')
  })

  test('reports every unknown name, and stores nothing', async () => {
    await addUser(db, 'ada')
    const bugs = [
      { title: 'a', severity: 'low', assignedTo: 'adda', project: 'web' },
      { title: 'b', severity: 'low', assignedTo: 'ada', createdBy: 'adda' },
    ]
    const { exitCode, stderr } = await from(bugs)
    expect(exitCode).toBe(3)
    expect((JSON.parse(stderr.split('\n')[1] ?? '') as { error: { message: string } }).error.message).toBe(
      '2 names cannot be looked up; nothing was stored: no project named "web"; no user "adda", did you mean "ada@example.com"?',
    )
    expect(await titles()).toEqual([])
  })

  test.each([
    ['', 'standard input is not JSON'],
    ['[]', 'standard input holds no bug'],
    ['{"title": "x"}\n{"title": }', 'standard input, line 2 is not JSON'],
    ['[{"title": "x"}]', 'invalid value in standard input'],
  ])('of %j is refused: exit 2', async (stdin, message) => {
    const result = await cto({ ...db, stdin }, 'bugs', 'create', '--json-in', '-')
    expect([result.exitCode, result.stderr.split('\n')[0]]).toEqual([2, `error: ${message}`])
  })

  test('of a missing file is exit 3, of a folder 2', async () => {
    expect((await cto(db, 'bugs', 'create', '--json-in', 'nowhere.json')).exitCode).toBe(3)
    expect((await cto(db, 'bugs', 'create', '--json-in', '.')).exitCode).toBe(2)
  })
})

describe('--template', () => {
  const folder = () => path.join(db.folder, '.cto/templates')
  const template = lines(
    '---',
    '# what a crash report holds',
    'severity: high',
    'project: web',
    'title: ',
    '---',
    '## Steps',
    '<!-- one a line -->',
    '',
    '## Stack',
  )

  beforeEach(async () => {
    mkdirSync(folder(), { recursive: true })
    writeFileSync(path.join(folder(), 'crash.md'), template)
    writeFileSync(path.join(folder(), 'small.json'), '{"severity":"low","slaHours":1000}')
    await addProject(db, 'web')
  })

  test('by its name or its path sets the fields that flags do not, without its comments', async () => {
    const create = (name: string, ...flags: string[]) =>
      cto(db, 'bugs', 'create', '--template', name, '--title', 'Segfault', '--json', ...flags)
    expect(dataOf(await create('crash'))).toMatchObject({
      title: 'Segfault',
      severity: 'high',
      project: { name: 'web' },
      description: '## Steps\n\n## Stack',
    })
    expect(dataOf(await create('.cto/templates/crash.md', '-s', 'critical'))).toMatchObject({
      severity: 'critical',
    })
    expect(dataOf(await create('small'))).toMatchObject({ severity: 'low', slaHours: 1000 })
  })

  test('with several problems reports all of them', async () => {
    writeFileSync(path.join(folder(), 'wrong.md'), '---\nseverity: hihg\nnonsense\nid: 3\n---\n')
    const { exitCode, stderr } = await cto(db, 'bugs', 'create', '--template', 'wrong', '--title', 'x')
    expect(exitCode).toBe(2)
    expect(stderr).toContain(
      '  line 3 is no "name: value"; severity: no severity "hihg"; did you mean "high"?; id is not for people to set\n',
    )
  })

  test('that does not exist is exit 3, with the existing ones', async () => {
    const { exitCode, stderr } = await cto(db, 'bugs', 'create', '--template', 'crush', '--title', 'x')
    expect([exitCode, stderr]).toEqual([
      3,
      lines(
        'error: no template "crush"',
        '  there are: crash.md, small.json, wrong.md',
        '  fix: name a file, or put one there',
      ),
    ])
  })
})

describe('a user at a terminal', () => {
  const down = '\u001b[B'

  test('is asked for missing fields, and finds projects and people by typing', async () => {
    const ada = await addUser(db, 'ada')
    await addUser(db, 'grace')
    await addProject(db, 'shop')
    const web = await addProject(db, 'web')
    const stdin = `Checkout times out\r${down}${down}\rwe${pause}\rgrac${pause}\rPay, then wait\r`
    const result = await cto({ ...db, terminal: 80, stdin }, 'bugs', 'create', '--json')
    expect(dataOf(result)).toMatchObject({
      title: 'Checkout times out',
      severity: 'high',
      projectId: web.id,
      assignedTo: { email: 'grace@example.com' },
      description: 'Pay, then wait',
    })
    expect(ada.email).toBe('ada@example.com')
  })

  test('can skip optional fields', async () => {
    await addUser(db, 'ada')
    await addProject(db, 'shop')
    // Enter at the severities is no answer.
    const stdin = `Checkout times out\r\r${down}\r\r\r\r`
    const result = await cto({ ...db, terminal: 80, stdin }, 'bugs', 'create', '--json')
    expect(dataOf(result)).toMatchObject({
      severity: 'critical',
      project: null,
      assignedTo: null,
      description: null,
    })
  })

  test('is asked nothing if title and severity are given', async () => {
    await addProject(db, 'shop')
    const { exitCode } = await cto({ ...db, terminal: 80 }, 'bugs', 'create', '--title', 'x', '-s', 'low')
    expect(exitCode).toBe(0)
  })

  test.each([
    ['Ctrl-C', `Checkout${pause}\u0003`],
    ['Ctrl-D at the first question', '\u0004'],
    ['Ctrl-D in a list', `Checkout\r${pause}\u0004`],
    ['Ctrl-D in a search', `Checkout\r${down}\r${pause}\u0004`],
  ])('who presses %s stores nothing: exit 130', async (_, stdin) => {
    await addProject(db, 'shop')
    const { exitCode, stdout, stderr } = await cto({ ...db, terminal: 80, stdin }, 'bugs', 'create')
    expect([exitCode, stdout, stderr]).toEqual([130, '', 'error: interrupted; nothing more was stored\n'])
    expect(await titles()).toEqual([])
  })

  test('keeps the answers if the bug cannot be stored', async () => {
    const stdin = `Checkout times out\r${down}\r\r`
    const result = await cto({ ...db, terminal: 80, stdin }, 'bugs', 'create', '--as', 'nobody')
    expect(result.exitCode).toBe(3)
    const file = keptIn(result)
    expect(readFileSync(file, 'utf8')).toContain('title: Checkout times out\n')
    const again = await cto(db, 'bugs', 'create', '--recover', file, '--json')
    expect(dataOf(again)).toMatchObject({ title: 'Checkout times out', severity: 'critical' })
    expect(existsSync(path.dirname(file))).toBe(false)
  })
})

describe('--editor', () => {
  /** A terminal with an editor that runs these lines of shell; `$1` is the file. */
  const withEditor = (...script: string[]) => {
    const file = path.join(db.folder, 'editor.sh')
    writeFileSync(file, lines('#!/bin/sh', ...script), { mode: 0o755 })
    return { ...db, terminal: 80, env: { ...db.env, EDITOR: file, PATH: process.env['PATH'] ?? '' } }
  }
  const drafts = () => readdirSync(tmpdir()).filter((name) => /^cto-[A-Za-z0-9]{6}$/.test(name))
  const replaced = (from: string, to: string) => `sed -i 's/^${from}$/${to}/' "$1"`

  test('starts with the values of flags, and stores the written text', async () => {
    const world = withEditor(
      `cp "$1" '${db.folder}/seen.md'`,
      replaced('severity: high', 'severity: low'),
      'echo "Pay, then **wait**" >> "$1"',
    )
    const before = drafts()
    const flags = ['--title', 'Checkout #12 "times" out', '-s', 'high', '--sla-hours', '5']
    const result = await cto(world, 'bugs', 'create', '--editor', '--json', ...flags)
    expect(dataOf(result)).toMatchObject({
      title: 'Checkout #12 "times" out',
      severity: 'low',
      slaHours: 5,
      description: 'Pay, then **wait**',
    })
    expect(readFileSync(path.join(db.folder, 'seen.md'), 'utf8')).toBe(
      lines(
        '---',
        'title: Checkout #12 "times" out',
        '# critical, high, medium, low',
        'severity: high',
        'project:',
        '# an email, its local part, or @me',
        'assignedTo:',
        'isBlocker:',
        '# money lost per day',
        'revenueImpact:',
        'slaHours: 5',
        '---',
        '',
        '',
        '<!-- cto:',
        'What happens, and what should happen? Markdown, below the second line of dashes.',
        'Take everything out to give up. Comments like this one are not kept.',
        '-->',
      ),
    )
    expect(drafts()).toEqual(before)
  })

  test('with an empty text does nothing: exit 2', async () => {
    const { exitCode, stderr } = await cto(withEditor('true'), 'bugs', 'create', '--editor')
    expect([exitCode, stderr]).toEqual([2, 'error: the text was left empty; nothing was done\n'])
  })

  test('that fails does nothing: exit 2; a missing one is 4', async () => {
    const before = drafts()
    const { exitCode, stderr } = await cto(withEditor('exit 3'), 'bugs', 'create', '--editor')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('  exit code 3\n')])
    const none = { ...withEditor(''), env: { ...db.env, EDITOR: '/nowhere/vi' } }
    expect((await cto(none, 'bugs', 'create', '--editor')).exitCode).toBe(4)
    expect(drafts()).toEqual(before)
  })

  test.each([
    ['is gone', 'rm "$1"'],
    ['links to a device', 'ln -sf /dev/zero "$1"'],
    ['is a named pipe', 'rm "$1"; mkfifo "$1"'],
    ['has 10 GB', 'truncate -s 10G "$1"'],
  ])('that leaves a file that %s is refused: exit 2', async (_, script) => {
    const { exitCode, stderr } = await cto(withEditor(script), 'bugs', 'create', '--editor')
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: the text that the editor left in \S+ cannot be read\n/),
    ])
  })

  test('keeps the text if a value is invalid, and --recover resumes with it', async () => {
    const world = withEditor(
      replaced('title:', 'title: Slow'),
      replaced('severity:', 'severity: hihg'),
      'echo long >> "$1"',
    )
    const result = await cto(world, 'bugs', 'create', '--editor')
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toContain('severity: no severity "hihg"; did you mean "high"?')
    const file = keptIn(result)
    const fixed = withEditor(replaced('severity: hihg', 'severity: high'))
    const again = await cto(fixed, 'bugs', 'create', '--editor', '--recover', file, '--json')
    expect(dataOf(again)).toMatchObject({ title: 'Slow', severity: 'high', description: 'long' })
    expect(existsSync(path.dirname(file))).toBe(false)
  })

  test('keeps the text if nothing can be stored, after a dry run too', async () => {
    const world = withEditor(replaced('title:', 'title: Slow'), replaced('severity:', 'severity: low'))
    const refused = await cto(world, 'bugs', 'create', '--editor', '--as', 'nobody', '--quiet')
    expect(refused.exitCode).toBe(3)
    expect(readFileSync(keptIn(refused), 'utf8')).toContain('title: Slow\n')
    const rehearsal = await cto(world, 'bugs', 'create', '--editor', '--dry-run')
    expect(readFileSync(keptIn(rehearsal), 'utf8')).toContain('title: Slow\n')
    for (const each of [refused, rehearsal]) rmSync(path.dirname(keptIn(each)), { recursive: true })
    expect(await titles()).toEqual([])
  })

  test('needs a terminal', async () => {
    const { exitCode, stderr } = await cto(db, 'bugs', 'create', '--editor')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('error: --editor needs a terminal\n')])
  })

  describe('of update', () => {
    const description = 'Pay\n<!-- from GitHub -->\nthen wait'

    test('stores only changed fields, and keeps comments of other users', async () => {
      const ada = await addUser(db, 'ada')
      await addBug(db, { title: 'Slow', description, assignedToId: ada.id })
      const world = withEditor(
        replaced('severity: medium', 'severity: high'),
        replaced('assignedTo: .*', 'assignedTo: none'),
        replaced('Pay', 'Pay now'),
      )
      const result = await cto(world, 'bugs', 'update', '1001', '--editor', '--json')
      expect(dataOf(result)).toMatchObject({
        severity: 'high',
        assignedTo: null,
        description: description.replace('Pay', 'Pay now'),
      })
      const fields = await db.sql('SELECT field_changed AS field FROM bug_history ORDER BY 1')
      expect(fields.map(({ field }) => field)).toEqual([
        'assignedToId',
        'description',
        'severity',
        'slaHours',
      ])
    })

    test('left unchanged changes nothing', async () => {
      await addBug(db, { title: 'Slow', description })
      const { exitCode, stderr } = await cto(withEditor('true'), 'bugs', 'update', '1001', '--editor')
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('nothing was changed\n')])
      expect(await db.sql('SELECT 1 FROM bug_history')).toEqual([])
    })

    test('does not overwrite a concurrent change: exit 7, and the text can be resumed', async () => {
      const bug = await addBug(db, { title: 'Slow', description, at: new Date('2026-03-01T09:00:00Z') })
      const wait = path.join(db.folder, 'go')
      const world = withEditor(`while [ ! -e '${wait}' ]; do sleep 0.05; done`, replaced('Pay', 'Pay now'))
      const editing = cto(world, 'bugs', 'update', '1001', '--editor')
      await new Promise((resolve) => setTimeout(resolve, 500))
      await changeBug(db, bug, { title: 'Slower' })
      writeFileSync(wait, '')
      const result = await editing
      expect(result.exitCode).toBe(7)
      const again = await cto(db, 'bugs', 'update', '1001', '--recover', keptIn(result), '--json')
      expect(dataOf(again)).toMatchObject({
        title: 'Slower',
        description: description.replace('Pay', 'Pay now'),
      })
    })

    test('takes one bug', async () => {
      const { exitCode } = await cto(withEditor('true'), 'bugs', 'update', '1001', '1002', '--editor')
      expect(exitCode).toBe(2)
    })
  })
})

function keptIn({ stderr }: Result): string {
  return /^your text is kept: (.+)$/m.exec(stderr)?.[1] ?? ''
}
