import { createHmac } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { minuteMs } from '../../../src/domain/duration.js'
import { cto, now, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, changeBug } from '../../helpers/factories.js'
import { useHookServer } from '../../helpers/hook-server.js'
import { useMailServer } from '../../helpers/mail-server.js'

const db = useDatabase()
const hooks = useHookServer()
const mail = useMailServer()

const key = '07'.repeat(32)

/** The world some minutes after the tests' moment. */
function world(minutes = 0, env: Record<string, string> = {}): World {
  const local = { CTO_NOTIFY_HOSTS: '127.0.0.1', CTO_ENCRYPTION_KEY: key, SMTP_URL: mail.url }
  return { ...db, env: { ...db.env, ...local, ...env }, now: new Date(now.getTime() + minutes * minuteMs) }
}

interface Message {
  deliveryId: string
  attempt: number
  kind: string
  groups: string[]
  status: string
  error: string | null
  reason: string | null
  ruleName: string
  body: { items: { text: string }[] }
}

async function create(name: string, ...flags: string[]): Promise<void> {
  const result = await cto(world(), 'notify', 'create', name, ...flags)
  expect(result, result.stderr).toMatchObject({ exitCode: 0 })
}

const toHook = () => ['--channel', 'webhook', '--to', hooks.url]

async function run(minutes = 0, env: Record<string, string> = {}) {
  const result = await cto(world(minutes, env), 'notify', 'run', '--json')
  expect(result.stdout, result.stderr).not.toBe('')
  const { messages } = (JSON.parse(result.stdout) as { data: { messages: Message[] } }).data
  return { ...result, messages }
}

async function log(...flags: string[]): Promise<Message[]> {
  const { stdout } = await cto(world(), 'notify', 'log', '--limit', '0', ...flags, '--json')
  return (JSON.parse(stdout) as { data: Message[] }).data.reverse()
}

const bodies = () =>
  hooks.requests.map(({ body }) => JSON.parse(body) as { type: string; data: { items: object[] } })

const critical = (title = 'Down') => addBug(db, { title, severity: 'critical' })

async function resolve(bug: { id: string }) {
  await changeBug(db, bug, { status: 'closed' })
}

describe('an alert by webhook', () => {
  beforeEach(() => create('critical', '--when', 'open.critical>0', ...toHook()))

  test('fires, stays silent, repeats after four hours, and ends once', async () => {
    expect((await run()).messages).toEqual([])
    const bug = await critical()
    expect((await run(10)).messages).toMatchObject([{ kind: 'firing', status: 'sent', attempt: 1 }])
    expect((await run(20)).messages).toEqual([])
    expect((await run(251)).messages).toMatchObject([{ kind: 'firing', status: 'sent' }])
    await resolve(bug)
    expect((await run(260)).messages).toMatchObject([{ kind: 'resolved', status: 'sent' }])
    expect((await run(270)).messages).toEqual([])
    expect(bodies().map(({ type }) => type)).toEqual(['alert.firing', 'alert.firing', 'alert.resolved'])
    expect(bodies()[0]?.data).toEqual({
      rule: 'critical',
      condition: 'open.critical>0',
      items: [{ group: '', state: 'firing', text: '1 > 0', url: null }],
    })
  })

  test('a dry run shows the message, sends nothing and keeps nothing', async () => {
    await critical()
    const { stdout, stderr } = await cto(world(), 'notify', 'run', '--dry-run')
    expect(stdout).toBe(
      'FIRING: critical\ncondition: open.critical>0\n- 1 > 0\nat 2026-03-02T09:00:00.000Z\n',
    )
    expect(stderr).toContain(`critical: firing message to ${hooks.url} would be sent`)
    expect(hooks.requests).toEqual([])
    expect(await log()).toEqual([])
    expect((await run()).messages).toHaveLength(1)
  })

  test('two runs at once send it once', async () => {
    await critical()
    const [first, second] = await Promise.all([run(), run()])
    expect([...first.messages, ...second.messages]).toHaveLength(1)
    expect(hooks.requests).toHaveLength(1)
  })

  test('what fails is tried again after 5 s with the same id', async () => {
    hooks.answers = [{ status: 500 }, { status: 200 }]
    await critical()
    const { exitCode, messages } = await run()
    expect([exitCode, messages]).toMatchObject([0, [{ status: 'sent', attempt: 2 }]])
    expect(await log()).toMatchObject([
      { status: 'failed', attempt: 1, error: 'HTTP 500' },
      { status: 'sent', attempt: 2, error: null },
    ])
    expect(new Set(hooks.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  test('then by later runs, up to seven times; a dead message can be retried by hand', async () => {
    hooks.answers = [{ status: 503, headers: { 'retry-after': '1' } }]
    await critical()
    const first = await run()
    expect([first.exitCode, first.messages]).toMatchObject([5, [{ status: 'failed', attempt: 2 }]])
    expect((await run(4)).messages).toEqual([])
    const waits = [6, 50, 200, 600, 1300]
    for (const [i, minutes] of waits.entries()) {
      const { messages } = await run(minutes)
      const retried = messages.filter(({ deliveryId }) => deliveryId === first.messages[0]?.deliveryId)
      expect(retried).toMatchObject([{ attempt: i + 3, status: i === 4 ? 'dead' : 'failed' }])
    }
    hooks.answers = [{ status: 200 }]
    const id = first.messages[0]?.deliveryId ?? ''
    const retried = await cto(world(1400), 'notify', 'retry', id, '--json')
    expect(JSON.parse(retried.stdout)).toMatchObject({ data: { messages: [{ status: 'sent', attempt: 8 }] } })
    const again = await cto(world(1400), 'notify', 'retry', id)
    expect([again.exitCode, again.stderr]).toEqual([
      7,
      expect.stringContaining('the message is sent') as string,
    ])
  }, 120_000)

  test('410 disables the rule', async () => {
    hooks.answers = [{ status: 410 }]
    await critical()
    const { exitCode, messages } = await run()
    expect([exitCode, messages]).toMatchObject([5, [{ status: 'dead', attempt: 1 }]])
    const { stdout } = await cto(db, 'notify', 'list', '--fields', 'enabled', '--no-header')
    expect(stdout).toBe('false\n')
  })

  test('a redirect is not followed', async () => {
    hooks.answers = [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }]
    await critical()
    expect((await run()).messages).toMatchObject([
      { status: 'failed', error: 'HTTP 302: redirects are not followed' },
    ])
  })

  test('an address of the own network is refused unless it is named', async () => {
    await critical()
    const { exitCode, messages } = await run(0, { CTO_NOTIFY_HOSTS: '' })
    expect([exitCode, messages]).toMatchObject([5, [{ status: 'dead', error: 'the URL is not https' }]])
    expect(hooks.requests).toEqual([])
  })

  test('a message that an interrupted run left is sent by a later one', async () => {
    await critical()
    await run()
    await db.sql(`UPDATE notification_logs SET status = 'sending', finished_at = NULL`)
    expect((await run(4)).messages).toEqual([])
    expect((await run(6)).messages).toMatchObject([{ status: 'sent', attempt: 2 }])
  })

  test('silenced, it is logged, and sent when the silence ends', async () => {
    await critical()
    await cto(world(), 'notify', 'silence', 'critical', '--for', '1h', '--reason', 'maintenance')
    expect((await run()).messages).toEqual([])
    expect(await log()).toMatchObject([
      { status: 'suppressed', reason: 'silenced until 2026-03-02T10:00:00.000Z' },
    ])
    expect((await run(61)).messages).toMatchObject([{ kind: 'firing' }])
    await cto(world(70), 'notify', 'silence', 'critical', '--for', '1h')
    const end = ['notify', 'silence', 'critical', '--end', '--json']
    expect((await cto(world(70), ...end, '--reason', 'mended')).exitCode).toBe(2)
    const ended = await cto(world(70), ...end)
    expect(JSON.parse(ended.stdout)).toMatchObject({ data: { silences: [], firing: [''] } })
  })

  test('inhibited by another that fires, it is logged alone', async () => {
    await create('any', '--when', 'open.total>0', ...toHook(), '--inhibited-by', 'critical')
    await critical()
    expect((await run()).messages.map(({ ruleName }) => ruleName)).toEqual(['critical'])
    expect(await log('--status', 'suppressed')).toMatchObject([
      { ruleName: 'any', reason: 'inhibited by critical' },
    ])
    const circle = await cto(world(), 'notify', 'update', 'critical', '--inhibited-by', 'any')
    expect([circle.exitCode, circle.stderr]).toEqual([
      2,
      expect.stringContaining('the rules would inhibit each other') as string,
    ])
  })
})

test('grouped by project, one message names all that fire, and a new one at once', async () => {
  const web = await addProject(db, 'web')
  const api = await addProject(db, 'api')
  await create('late', '--when', 'open.critical>0', '--group-by', 'project', ...toHook())
  const bug = await addBug(db, { severity: 'critical', projectId: web.id })
  expect((await run()).messages).toMatchObject([{ groups: ['web'] }])
  await addBug(db, { severity: 'critical', projectId: api.id })
  expect((await run(10)).messages).toMatchObject([{ kind: 'firing', groups: ['api', 'web'] }])
  await resolve(bug)
  expect((await run(20)).messages).toMatchObject([{ kind: 'resolved', groups: ['web'] }])
})

test('the alert of a project that is not active any more ends', async () => {
  const web = await addProject(db, 'web')
  await create('late', '--when', 'open.critical>0', '--group-by', 'project', '--channel', 'stdout')
  await addBug(db, { severity: 'critical', projectId: web.id })
  expect((await run()).messages).toMatchObject([{ kind: 'firing', groups: ['web'] }])
  await db.sql(`UPDATE projects SET status = 'shipped'`)
  const { messages } = await run(300)
  expect(messages).toMatchObject([
    { kind: 'resolved', groups: ['web'], body: { items: [{ state: 'ended', text: 'no longer there' }] } },
  ])
  expect((await run(600)).messages).toEqual([])
})

test('no data neither fires nor ends an alert', async () => {
  await create('slow', '--when', 'resolution.p50>1', '--since', '1d', ...toHook())
  await critical()
  expect((await run()).messages).toEqual([])
  expect(await log()).toEqual([])
})

test('filters of bugs are those of metrics check, and --for-runs waits', async () => {
  await addProject(db, 'web')
  await create('web', '--when', 'open.critical>0', '--project', 'web', '--for-runs', '2', ...toHook())
  await critical()
  expect((await run()).messages).toEqual([])
  await db.sql('UPDATE bugs SET project_id = (SELECT id FROM projects)')
  expect((await run(10)).messages).toEqual([])
  expect((await run(20)).messages).toHaveLength(1)
})

test('an event is reported once, if it happened after the rule was made', async () => {
  await addBug(db, { title: 'Before', severity: 'critical', at: new Date(now.getTime() - minuteMs) })
  await create('new', '--when', 'event bug.created severity=critical', ...toHook())
  await addBug(db, { title: 'Down', severity: 'critical', at: new Date(now.getTime() + minuteMs) })
  await addBug(db, { title: 'Slow', severity: 'low', at: new Date(now.getTime() + minuteMs) })
  expect((await run(5)).messages).toMatchObject([{ kind: 'event' }])
  expect(bodies()[0]?.data.items).toEqual([
    { group: '', state: 'happened', text: 'BUG-1002 Down', url: null },
  ])
  expect((await run(10)).messages).toEqual([])
  await addBug(db, { title: 'Late', severity: 'critical', at: new Date(now.getTime() + minuteMs) })
  expect((await run(2000)).messages).toEqual([])
})

test('more events than one message names are reported by the next run', async () => {
  await create('new', '--when', 'event bug.created', '--channel', 'stdout')
  await db.sql(
    `INSERT INTO bugs (bug_number, title, severity, created_at)
     SELECT 'BUG-' || 2000 + n, 'Down', 'low', $1::timestamptz + n * interval '1 second' FROM generate_series(1, 700) n`,
    [now],
  )
  const itemsOf = ({ messages }: { messages: Message[] }) =>
    messages.map(({ body }) => body.items.map(({ text }) => text))
  const [first] = itemsOf(await run(20))
  const [second] = itemsOf(await run(25))
  expect([first?.length, second?.length]).toEqual([500, 200])
  expect([first?.[0], second?.[0], second?.at(-1)]).toEqual([
    'BUG-2001 Down',
    'BUG-2501 Down',
    'BUG-2700 Down',
  ])
  expect((await run(30)).messages).toEqual([])
})

test('a rule that cannot be evaluated is named, keeps its state, and holds back no other', async () => {
  const project = await addProject(db, 'web')
  await addBug(db, { title: 'Down', severity: 'critical', projectId: project.id })
  await create('a web', '--when', 'open.critical>0', '--project', 'web', '--channel', 'stdout')
  await create('b all', '--when', 'open.critical>0', '--channel', 'stdout')
  await create('c odd', '--when', 'open.critical>0', '--channel', 'stdout')
  expect((await run()).messages).toHaveLength(3)
  await db.sql(`DELETE FROM projects`)
  await db.sql(`UPDATE notification_rules SET condition = 'of.old>0' WHERE name = 'c odd'`)
  const { exitCode, stderr, messages } = await run(300)
  expect([exitCode, messages]).toMatchObject([5, [{ ruleName: 'b all', kind: 'firing', status: 'sent' }]])
  expect(stderr).toContain('the rule a web could not be evaluated: no project named "web"')
  expect(stderr).toContain('the rule c odd could not be evaluated: no metric "of.old"')
  await addProject(db, 'web')
  expect((await run(310)).messages).toMatchObject([{ ruleName: 'a web', kind: 'resolved' }])
})

test('events of repositories: a merged pull request with its label', async () => {
  await create('merged', '--when', 'event pull_request.merged label=security repo=web', ...toHook())
  await db.sql(`INSERT INTO organizations (slug, name) VALUES ('acme', 'Acme')`)
  await db.sql(
    `INSERT INTO repositories (organization_id, host, full_name) SELECT id, 'github.com', 'acme/web' FROM organizations`,
  )
  await db.sql(
    `INSERT INTO pull_requests (repository_id, number, title, labels, state, opened_at, merged_at, url)
     SELECT id, n, 'Escape names', labels, 'merged', '2026-03-01', '2026-03-02 09:01Z', 'https://example.com/' || n
     FROM repositories, (VALUES (1, '{Security}'::text[]), (2, '{}')) v (n, labels)`,
  )
  await run(5)
  expect(bodies().map(({ data }) => data.items)).toEqual([
    [{ group: 'acme/web', state: 'happened', text: '#1 Escape names', url: 'https://example.com/1' }],
  ])
})

test('a signature is that of Standard Webhooks, and no secret stands in log, output or error', async () => {
  const value = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  await cto({ ...world(), stdin: value }, 'secrets', 'set', 'sign')
  await create('signed', '--when', 'open.critical>0', ...toHook(), '--secret', 'sign')
  await critical()
  const { stdout, stderr } = await run()
  const [request] = hooks.requests
  const id = String(request?.headers['webhook-id'])
  const time = String(request?.headers['webhook-timestamp'])
  expect(time).toBe(String(now.getTime() / 1000))
  const signed = createHmac('sha256', Buffer.from(value.slice(6), 'base64')).update(
    `${id}.${time}.${request?.body ?? ''}`,
  )
  expect(request?.headers['webhook-signature']).toBe(`v1,${signed.digest('base64')}`)
  const everything = JSON.stringify([stdout, stderr, await db.sql('SELECT * FROM notification_logs')])
  expect(everything).not.toContain('MfKQ9r8')
})

test('an address that is a secret is shown by its origin alone', async () => {
  const url = hooks.url.replace('/hook', '/T0/very-secret')
  await cto({ ...world(), stdin: url }, 'secrets', 'set', 'slack')
  await create('secret', '--when', 'open.critical>0', '--channel', 'webhook', '--target-secret', 'slack')
  await critical()
  hooks.answers = [{ status: 404 }]
  const { stdout, stderr } = await run()
  expect(hooks.requests.map((request) => request.path)).toEqual(['/T0/very-secret', '/T0/very-secret'])
  const rows = await db.sql('SELECT l.*, r.* FROM notification_logs l JOIN notification_rules r ON true')
  const shown = await cto(db, 'notify', 'show', 'secret', '--json')
  expect(JSON.stringify([stdout, stderr, rows, shown])).not.toContain('very-secret')
  expect(JSON.parse(shown.stdout)).toMatchObject({ data: { target: new URL(url).origin, secret: 'slack' } })
  // Without the key it cannot be sent now, but later.
  const { messages } = await run(300, { CTO_ENCRYPTION_KEY: '' })
  expect(messages).toMatchObject([{ error: 'there is no key for secrets' }, {}])
})

test('by e-mail: plain text to one bare address', async () => {
  await create('mail', '--when', 'open.critical>0', '--channel', 'email', '--to', 'ops@example.com')
  await critical()
  expect((await run(0, { CTO_NOTIFY_FROM: 'cto@example.com' })).messages).toMatchObject([{ status: 'sent' }])
  expect(mail.messages).toMatchObject([{ from: 'cto@example.com', to: 'ops@example.com' }])
  expect(mail.messages[0]?.data).toContain('Subject: FIRING: mail\r\n')
  expect(mail.messages[0]?.data).toContain('- 1 > 0')
  expect(mail.messages[0]?.data).toContain('Content-Type: text/plain')
})

test('a mail server that refuses the address for good ends the attempts', async () => {
  mail.recipientAnswer = '550 no such user: ops@example.com'
  await create('mail', '--when', 'open.critical>0', '--channel', 'email', '--to', 'ops@example.com')
  await critical()
  const { exitCode, messages } = await run()
  expect([exitCode, messages]).toMatchObject([
    5,
    [{ status: 'dead', error: 'the mail server did not take the message (SMTP 550)' }],
  ])
})

test('a name of a rule cannot add a header to a mail, nor a title a line', async () => {
  const flags = ['--when', 'event bug.created', '--channel', 'email', '--to', 'a@b.example']
  const refused = await cto(world(), 'notify', 'create', 'mail\r\nBcc: eve@example.com', ...flags)
  expect([refused.exitCode, refused.stderr]).toEqual([
    2,
    expect.stringContaining('a name of one line') as string,
  ])
  await create('mail', ...flags)
  await db.sql(`UPDATE notification_rules SET name = E'mail\\r\\nBcc: eve@example.com'`)
  await addBug(db, { title: 'a\r\nBcc: eve@example.com', at: new Date(now.getTime() + minuteMs) })
  await run(5)
  expect(mail.messages).toHaveLength(1)
  expect(mail.messages[0]?.data).not.toMatch(/^Bcc:/m)
})

describe('into a file below CTO_NOTIFY_DIR', () => {
  const folder = () => path.join(db.folder, 'alerts')
  const env = () => ({ CTO_NOTIFY_DIR: folder() })
  const flags = (to: string) => [
    'notify',
    'create',
    to,
    '--when',
    'open.critical>0',
    '--channel',
    'file',
    '--to',
    to,
  ]

  beforeEach(() => {
    mkdirSync(folder(), { recursive: true })
  })

  test('a line a message, readable by its owner alone', async () => {
    expect((await cto(world(0, env()), ...flags('out.ndjson'))).exitCode).toBe(0)
    await critical()
    expect((await run(0, env())).messages).toMatchObject([{ status: 'sent' }])
    const file = path.join(folder(), 'out.ndjson')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      type: 'alert.firing',
      data: { rule: 'out.ndjson' },
    })
  })

  test.each(['../out', '/etc/out', 'none/out'])('%s is refused with exit 4', async (to) => {
    const { exitCode, stderr } = await cto(world(0, env()), ...flags(to))
    expect(exitCode).toBe(4)
    expect(stderr).toContain(`messages cannot be written to "${to}"`)
    expect((await cto(world(), ...flags('out'))).exitCode).toBe(4)
  })

  test('a link, a second name and an open file are refused when the message is written', async () => {
    writeFileSync(path.join(db.folder, 'victim'), '', { mode: 0o600 })
    symlinkSync(path.join(db.folder, 'victim'), path.join(folder(), 'link'))
    linkSync(path.join(db.folder, 'victim'), path.join(folder(), 'second'))
    writeFileSync(path.join(folder(), 'open'), '')
    chmodSync(path.join(folder(), 'open'), 0o644)
    for (const to of ['link', 'second', 'open']) await cto(world(0, env()), ...flags(to))
    await critical()
    const { messages } = await run(0, env())
    expect(messages.map(({ ruleName, status, error }) => [ruleName, status, error])).toEqual([
      ['link', 'dead', 'it is a link'],
      ['open', 'dead', 'other users may read the file: chmod 600'],
      ['second', 'dead', 'it is not a plain file'],
    ])
    expect(readFileSync(path.join(db.folder, 'victim'), 'utf8')).toBe('')
  })
})

test('the channel stdout is printed, for cron', async () => {
  await create('out', '--when', 'open.critical>0', '--channel', 'stdout')
  await critical()
  const { stdout, stderr } = await cto(world(), 'notify', 'run')
  expect(stdout).toBe('FIRING: out\ncondition: open.critical>0\n- 1 > 0\nat 2026-03-02T09:00:00.000Z\n')
  expect(stderr).toBe(`target: ${db.target}\nout: firing message to - sent\n`)
})

test('a test message goes out whatever holds, once', async () => {
  await create('critical', '--when', 'open.critical>0', ...toHook())
  hooks.answers = [{ status: 500 }]
  const { exitCode, stdout } = await cto(world(), 'notify', 'test', 'critical', '--json')
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([
    5,
    { data: { messages: [{ kind: 'test', status: 'dead' }] } },
  ])
  expect(hooks.requests).toHaveLength(1)
})

test('a change of the condition resets the state; a disabled rule is not evaluated', async () => {
  await create('critical', '--when', 'open.critical>0', ...toHook())
  await critical()
  await run()
  await cto(world(), 'notify', 'update', 'critical', '--when', 'open.critical>5')
  expect((await run(10)).messages).toEqual([])
  await cto(world(), 'notify', 'update', 'critical', '--when', 'open.total>0', '--disable')
  expect((await run(20)).messages).toEqual([])
  await cto(world(), 'notify', 'update', 'critical', '--enable')
  expect((await run(30)).messages).toHaveLength(1)
})

test.each([
  [['--when', 'open.critical>0'], 'a rule needs --channel'],
  [['--when', 'open.critcal>0', '--channel', 'stdout'], 'did you mean "open.critical"?'],
  [['--when', 'event bug.creatd', '--channel', 'stdout'], 'did you mean "bug.created"?'],
  [['--when', 'event bug.created repo=x', '--channel', 'stdout'], 'not a filter of bug.created'],
  [['--when', 'event bug.created', '--severity', 'low', '--channel', 'stdout'], 'an event has no filters'],
  [['--when', 'open.total>0', '--mine', '--channel', 'stdout'], 'cannot filter by @me'],
  [['--when', 'open.total>0', '--group-by', 'author', '--channel', 'stdout'], 'cannot be grouped by author'],
  [
    ['--when', 'open.total>0', '--group-by', 'repository', '--channel', 'stdout'],
    'cannot be grouped by repository',
  ],
  [['--when', 'open.total>0', '--channel', 'webhook'], 'needs a target'],
  [
    ['--when', 'open.total>0', '--channel', 'webhook', '--to', 'http://example.com'],
    'is not an https address',
  ],
  [['--when', 'open.total>0', '--channel', 'webhook', '--to', 'https://a:b@example.com'], 'holds a password'],
  [
    ['--when', 'open.total>0', '--channel', 'webhook', '--to', 'file:///etc/passwd'],
    'is not an https address',
  ],
  [['--when', 'open.total>0', '--channel', 'email', '--to', 'Ada <ada@example.com>'], 'not a bare address'],
  [
    ['--when', 'open.total>0', '--channel', 'email', '--to', 'a@b.example\r\nBcc: c@d.example'],
    'not a bare address',
  ],
  [
    ['--when', 'open.total>0', '--channel', 'email', '--to', 'a@b.example', '--secret', 'x'],
    'only a webhook has a',
  ],
])('notify create %j is exit 2', async (flags, message) => {
  const { exitCode, stderr } = await cto(world(), 'notify', 'create', 'x', ...flags)
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message) as string])
  expect(await db.sql('SELECT * FROM notification_rules')).toEqual([])
})
