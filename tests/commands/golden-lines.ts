import { createHash } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { cto } from '../helpers/cto.js'
import { makeClone } from '../helpers/clone.js'
import type { TestDatabase } from '../helpers/database.js'
import { storeCalls, storeSession } from '../helpers/sessions.js'
import { GithubServer } from '../helpers/github-server.js'

export interface GoldenLine {
  /** The words after `cto`, without `--json`. */
  line: string | ((at: { engine: TestDatabase['engine']; database: string }) => string)
  /** Lines that run before it, on an empty database; by default the sample data are stored. */
  before?: readonly string[]
  /** Its surroundings: files, servers. */
  setUp?(db: TestDatabase): unknown
  stdin?: string
  env?: Readonly<Record<string, string>>
  /** It has no file: it changes with every command, and has tests of its own. */
  shapeOnly?: true
  /** It runs until it is stopped, or starts another program: it has tests of its own. */
  elsewhere?: true
  /** The exit code, if it is not 0. */
  exitCode?: number
  /** The engine on which it runs; absent: on both. */
  engine?: TestDatabase['engine']
}

const github = new GithubServer()
const githubRepository = {
  description: 'The shop',
  language: 'TypeScript',
  languages: { TypeScript: 900, CSS: 10 },
  issues: [
    {
      number: 1,
      html_url: 'https://github.com/acme/web/issues/1',
      title: 'Checkout times out',
      state: 'open',
      labels: [{ name: 'priority: high' }],
      created_at: '2026-02-01T10:00:00Z',
      updated_at: '2026-02-01T10:00:00Z',
    },
  ],
}

const syncedRepository = {
  id: 1296269,
  created_at: '2025-05-01T10:00:00Z',
  updated_at: '2026-02-01T10:00:00Z',
  has_issues: false,
  rest: {
    ...{
      pulls: [],
      'issues/events': [],
      'issues/comments': [],
      'pulls/comments': [],
      tags: [],
      deployments: [],
    },
    releases: [
      { id: 7, tag_name: 'v2.0.0', draft: false, prerelease: false, published_at: '2026-02-01T10:00:00Z' },
    ],
  },
}

function writeExport({ folder }: TestDatabase): void {
  writeFileSync(path.join(folder, 'export.csv'), 'Issue key,Summary,Status\nWEB-1,Login fails,Done\n')
}

const sessions = {
  running: '5e551011-0000-4000-8000-000000000000',
  ended: '5e551012-0000-4000-8000-000000000000',
}

/** One that runs, and one with calls. */
async function storeSessions(db: TestDatabase): Promise<void> {
  if ((await db.sql('SELECT id FROM metrics_sessions')).length > 0) return
  await storeSession(db, { id: sessions.running, start: '2026-03-02T08:00:00Z', end: null })
  const [start, end] = ['2026-03-01T08:00:00Z', '2026-03-01T09:00:00Z']
  await storeSession(db, { id: sessions.ended, start, end, source: 'claude-transcript' })
  await storeCalls(db, [
    { session: sessions.ended, tool: 'Bash', at: '2026-03-01T08:10:00Z', durationMs: 120 },
  ])
}

/** A dashboard of two versions, and sessions that it shows. */
async function storeDashboard(db: TestDatabase): Promise<void> {
  await storeSessions(db)
  if ((await db.sql('SELECT id FROM dashboard_configs')).length > 0) return
  for (const words of [['create'], ['update', '--description', 'What we do', '--public']])
    await cto(db, 'dashboards', ...words, 'Team', '--as', 'mara')
}

const oneWorkspace = ['workspaces init', 'workspaces create one.org --if-not-exists']

/** A key that was published, and a row for it. */
const apiKey = 'cto_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17'

const keepKey = ({ sql }: TestDatabase) =>
  sql(
    `INSERT INTO api_keys (name, prefix, hash, scopes, created_at) VALUES ('ci', $1, $2, '{read}', '2026-03-01') ON CONFLICT DO NOTHING`,
    [apiKey.slice(0, 12), createHash('sha256').update(apiKey).digest('hex')],
  )

const keepSecret = ({ sql }: TestDatabase) =>
  sql(
    `INSERT INTO secrets (name, ciphertext, nonce, key_id, created_at, updated_at)
     VALUES ('slack', '\\x00', '\\x00', '4bb06f8e4e3a7715', '2026-03-01', '2026-03-01') ON CONFLICT DO NOTHING`,
  )

/** A repository, and a review of one of its commits. */
const keepReview = async ({ sql }: TestDatabase) => {
  await sql("INSERT INTO organizations (slug, name) VALUES ('acme', 'Acme') ON CONFLICT DO NOTHING")
  await sql(
    `INSERT INTO repositories (organization_id, host, full_name, sensitivity)
     SELECT id, 'github.com', 'acme/web', 'internal' FROM organizations ON CONFLICT DO NOTHING`,
  )
  await sql(
    `INSERT INTO ai_reviews (id, repository_id, sha, tool, format, content_sha256, risk_score, critical, high, medium, low,
       info, suppressed, findings, reviewed_at, created_at)
     SELECT '5eed0000-0000-4000-8000-00000000ab01', id, 'abc', 'CodeQL', 'sarif', '00', 50, 0, 1, 0, 0, 0, 2,
       '[{"severity": "high", "rule": "js/xss", "message": "Cross-site scripting", "path": "src/a.ts", "line": 7}]',
       '2026-03-01', '2026-03-01'
     FROM repositories ON CONFLICT DO NOTHING`,
  )
}

/** A rule, and a message of it that is dead. */
const keepRule = async ({ sql }: TestDatabase) => {
  await sql(
    `INSERT INTO notification_rules (id, name, condition, channel, target, created_at, updated_at)
     VALUES ('5eed0000-0000-4000-8000-00000000ab02', 'critical', 'open.critical>0', 'stdout', '-', '2026-03-01', '2026-03-01')
     ON CONFLICT DO NOTHING`,
  )
  await sql(
    `INSERT INTO notification_logs (id, rule_id, rule_name, delivery_id, attempt, kind, groups, status, target, error, body,
       finished_at, created_at)
     SELECT '5eed0000-0000-4000-8000-00000000ab03', id, name, 'd1', 7, 'firing', '{""}', 'dead', target, 'HTTP 500',
       '{"kind": "firing", "rule": "critical", "condition": "open.critical>0", "at": "2026-03-01T00:00:00.000Z", "items": []}',
       '2026-03-01', '2026-03-01'
     FROM notification_rules ON CONFLICT DO NOTHING`,
  )
}

const diagnostics =
  '{"diagnostics": [{"message": "unused", "location": {"path": "src/a.ts"}, "severity": "WARNING"}]}'

const encryption = { CTO_ENCRYPTION_KEY: '07'.repeat(32) }

/** A pull request was opened. */
function writeDelivery({ folder }: TestDatabase): void {
  const ada = { id: 7, login: 'ada', type: 'User' }
  const body = {
    action: 'opened',
    repository: {
      id: 1,
      full_name: 'acme/shop',
      html_url: 'https://github.com/acme/shop',
      private: false,
      owner: { type: 'Organization' },
      default_branch: 'main',
    },
    sender: ada,
    pull_request: {
      ...{ id: 70, number: 5, title: 'Retry the checkout', state: 'open', draft: false, user: ada },
      ...{ created_at: '2026-02-02T10:00:00Z', updated_at: '2026-02-02T10:00:00Z' },
      ...{ additions: 12, deletions: 3, changed_files: 2, merged: false, labels: [] },
      base: { ref: 'main' },
      head: { ref: 'retry', sha: 'a9b22a6d80c1e0bb49c1cf75a3c075b642c28f81' },
    },
  }
  const headers = { 'X-GitHub-Event': 'pull_request', 'X-GitHub-Delivery': 'd-1' }
  writeFileSync(path.join(folder, 'delivery.jsonl'), `${JSON.stringify({ headers, body })}\n`)
}

/** A fact of each kind. */
const keepFacts = async (db: TestDatabase) => {
  await keepReview(db)
  const insert = (table: string, columns: string, values: string) =>
    db.sql(
      `INSERT INTO ${table} (repository_id, ${columns}) SELECT r.id, ${values}
       FROM repositories r, accounts a WHERE r.full_name = 'acme/web' AND a.login = 'ada' ON CONFLICT DO NOTHING`,
    )
  await db.sql(
    `INSERT INTO accounts (id, host, external_id, login, created_at)
     VALUES ('5eed0000-0000-4000-8000-00000000ac01', 'github.com', 7, 'ada', '2026-03-01') ON CONFLICT DO NOTHING`,
  )
  await db.sql(
    `UPDATE organizations SET created_at = '2026-03-01', updated_at = '2026-03-01' WHERE slug = 'acme'`,
  )
  await db.sql(`UPDATE repositories SET created_at = '2026-03-01' WHERE full_name = 'acme/web'`)
  await insert(
    'pull_requests',
    'number, title, author_id, opened_at',
    `12, 'Retry the checkout', a.id, '2026-02-02'`,
  )
  await insert('issues', 'number, title, author_id, opened_at', `7, 'Checkout times out', a.id, '2026-02-01'`)
  await insert(
    'commits',
    'sha, author_id, subject, committed_at',
    `repeat('a', 40), a.id, 'Retry', '2026-02-02'`,
  )
  await insert(
    'deployments',
    'source, external_id, environment, ref, status, finished_at',
    `'tag', 'v1.4.0', 'production', 'v1.4.0', 'success', '2026-02-03'`,
  )
}

/** Mara, in an organization. */
const keepMember = async (db: TestDatabase) => {
  await keepFacts(db)
  await db.sql(
    `INSERT INTO user_organizations (id, user_id, organization_id, role, joined_at)
     SELECT '5eed0000-0000-4000-8000-00000000ac02', u.id, o.id, 'member', '2026-03-01'
     FROM users u, organizations o WHERE u.email LIKE 'mara@%' AND o.slug = 'acme' ON CONFLICT DO NOTHING`,
  )
}

/** An event without a repository, from which no fact follows. */
async function storeEvent(db: TestDatabase): Promise<void> {
  await db.sql(`
    INSERT INTO events (id, occurred_at, received_at, source, delivery_key, name, signature, state)
    VALUES ('5eed0e00-0000-4000-8000-000000000001', '2026-03-01T10:00:00Z', '2026-03-01T10:00:01Z', 'webhook', 'd-1:0', 'ping',
      'unsigned', 'skipped')
    ON CONFLICT DO NOTHING`)
}

/**
 * How every command is called for its golden file, `golden/<its words>.json`: against the sample data, as Mara. A
 * string alone is the line.
 */
export const goldenLines: Readonly<Record<string, string | GoldenLine>> = {
  demo: { line: 'demo', before: [], engine: 'embedded' },
  status: 'status',
  'bugs list': 'bugs list --limit 3',
  'bugs search': 'bugs search "chekout" --limit 1',
  'bugs next': 'bugs next --limit 2',
  'bugs stats': 'bugs stats',
  'bugs show': 'bugs show BUG-1006',
  'bugs history': 'bugs history --limit 2',
  'bugs explain': 'bugs explain BUG-1006',
  'bugs create':
    'bugs create --title "Checkout times out" --severity high --project atlas --revenue-impact 1200.50',
  'bugs update': 'bugs update BUG-1008 --estimated-hours 3.5',
  'bugs assign': 'bugs assign BUG-1008 BUG-1010 --to lena',
  'bugs start': 'bugs start BUG-1008',
  'bugs verify': 'bugs verify BUG-1010 --note "on staging"',
  'bugs ship': 'bugs ship BUG-1010 --force --hours 2',
  'bugs close': 'bugs close BUG-1008',
  'bugs defer': 'bugs defer BUG-1008',
  'bugs reopen': 'bugs reopen BUG-1003',
  'bugs delete': 'bugs delete BUG-1003',
  'bugs duplicate': 'bugs duplicate BUG-1003 --of BUG-1001',
  'bugs link': 'bugs link BUG-1003 https://wiki.example.com/checkout --title "How checkout works"',
  'bugs note': 'bugs note BUG-1008 "seen on staging"',
  'projects list': 'projects list --status all --limit 2',
  'projects show': 'projects show atlas',
  'projects search': 'projects search blokchain',
  'projects overview': 'projects overview --top 2',
  'projects create': 'projects create --name shop --language TypeScript --arr 120000 --tags web,store',
  'projects update': 'projects update parley --status active --arr 5000',
  'projects advance': 'projects advance atlas',
  'projects delete': 'projects delete parley',
  'users list': 'users list --limit 2',
  'users show': 'users show @me',
  'users create': 'users create --email ada@example.com --name Ada',
  'users update': 'users update lena --role senior_engineer',
  'users deactivate': 'users deactivate lena',
  'users activate': { line: 'users activate lena', before: ['db seed', 'users deactivate lena'] },
  'users delete': 'users delete lena',
  'users link': { line: 'users link mara ada', setUp: keepFacts },
  'users unlink': {
    line: 'users unlink mara ada',
    setUp: async (world) => {
      await keepFacts(world)
      await world.sql(`UPDATE accounts SET user_id = (SELECT id FROM users WHERE email LIKE 'mara@%')`)
    },
  },
  'users workload': 'users workload --limit 2',
  'sessions start': 'sessions start --project store --type debugging --tag oncall',
  'sessions stop': { line: 'sessions stop 5e551011', setUp: storeSessions },
  'sessions list': { line: 'sessions list', setUp: storeSessions },
  'sessions show': { line: 'sessions show 5e551012', setUp: storeSessions },
  'sessions note': { line: 'sessions note 5e551011 "found the cause"', setUp: storeSessions },
  'sessions delete': { line: 'sessions delete 5e551012', setUp: storeSessions },
  'sessions stats': { line: 'sessions stats', setUp: storeSessions },
  'sessions ingest': {
    line: 'sessions ingest - --from cto --user mara',
    stdin: '{"session":"s-1","tool":"build","at":"2026-03-01T08:20:00Z","durationMs":60000}\n',
  },
  'metrics sessions': { line: 'metrics sessions', setUp: storeSessions },
  'dashboards list': { line: 'dashboards list', setUp: storeDashboard },
  'dashboards show': { line: 'dashboards show Team', setUp: storeDashboard },
  'dashboards create': 'dashboards create Mine --default --shared-with manager --refresh 60',
  'dashboards update': { line: 'dashboards update Team --no-public', setUp: storeDashboard },
  'dashboards delete': { line: 'dashboards delete Team', setUp: storeDashboard },
  'dashboards render': { line: 'dashboards render Team', setUp: storeDashboard },
  'dashboards history': { line: 'dashboards history Team', setUp: storeDashboard },
  'dashboards restore': { line: 'dashboards restore Team 1', setUp: storeDashboard },
  'tools list': { line: 'tools list', setUp: storeSessions },
  'tools stats': { line: 'tools stats', setUp: storeSessions },
  'orgs list': { line: 'orgs list', setUp: keepFacts },
  'orgs show': { line: 'orgs show acme', setUp: keepFacts },
  'orgs create': 'orgs create globex --name "Globex Corporation" --plan pro',
  'orgs update': { line: 'orgs update acme --plan enterprise', setUp: keepFacts },
  'orgs delete': { line: 'orgs delete acme --yes', setUp: keepFacts },
  'orgs members': { line: 'orgs members acme', setUp: keepMember },
  'orgs add': { line: 'orgs add acme mara --role admin', setUp: keepMember },
  'orgs remove': { line: 'orgs remove acme mara', setUp: keepMember },
  'repos list': { line: 'repos list', setUp: keepFacts },
  'repos show': { line: 'repos show acme/web', setUp: keepFacts },
  'repos add': 'repos add acme/vault --sensitivity confidential',
  'repos link': { line: 'repos link acme/web none', setUp: keepFacts },
  'repos sync': {
    line: () => `repos sync acme/web --api-url ${github.url}`,
    setUp: async (db) => {
      await keepFacts(db)
      await github.start()
      github.repositories.set('acme/web', syncedRepository)
    },
  },
  'repos delete': { line: 'repos delete acme/web --yes', setUp: keepFacts },
  'accounts list': { line: 'accounts list', setUp: keepFacts },
  'accounts show': { line: 'accounts show ada', setUp: keepFacts },
  'accounts erase': { line: 'accounts erase ada --yes', env: encryption, setUp: keepFacts },
  'prs list': { line: 'prs list', setUp: keepFacts },
  'prs show': { line: 'prs show acme/web#12', setUp: keepFacts },
  'prs explain': { line: 'prs explain acme/web#12', setUp: keepFacts },
  'issues list': { line: 'issues list', setUp: keepFacts },
  'issues show': { line: 'issues show web#7', setUp: keepFacts },
  'issues promote': { line: 'issues promote web#7', setUp: keepFacts },
  'commits list': { line: 'commits list', setUp: keepFacts },
  'commits show': { line: 'commits show aaaaaaaaaaaa', setUp: keepFacts },
  'deployments list': { line: 'deployments list', setUp: keepFacts },
  'deployments show': { line: 'deployments show v1.4.0', setUp: keepFacts },
  'repos update': {
    line: 'repos update acme/web --deploy-source tag --sensitivity public',
    setUp: keepFacts,
  },
  'deployments record': {
    line: `deployments record acme/web --service api --ref v1.5.0 --external-id run-7`,
    setUp: keepFacts,
  },
  'deployments delete': {
    line: 'deployments delete run-7 --yes',
    setUp: async (db) => {
      await keepFacts(db)
      await db.sql(
        `INSERT INTO deployments (repository_id, source, external_id, environment, status, finished_at)
         SELECT id, 'manual', 'run-7', 'production', 'success', '2026-02-03' FROM repositories WHERE full_name = 'acme/web'`,
      )
    },
  },
  'deployments fail': { line: 'deployments fail v1.4.0 --bug BUG-1006', setUp: keepFacts },
  'events ingest': { line: 'events ingest delivery.jsonl', setUp: writeDelivery },
  'events list': { line: 'events list', setUp: storeEvent },
  'events replay': { line: 'events replay', setUp: storeEvent },
  'events show': { line: 'events show d-1', setUp: storeEvent },
  'import csv': {
    line: 'import csv - --type bugs --from jira --source web --max-errors 1',
    stdin: 'Issue key,Summary,Status,Priority\nWEB-1,Login fails,Done,High\nWEB-2,,Done,High\n',
    exitCode: 5,
  },
  'import git': {
    line: 'import git web',
    setUp: ({ folder }) => {
      const clone = makeClone(folder, [{ files: { 'a.ts': 'one\ntwo\n' }, authored: '1772186400 +0000' }])
      renameSync(clone, path.join(folder, 'web'))
    },
  },
  'import github': {
    line: () => `import github acme/web --issues --api-url ${github.url}`,
    setUp: async () => {
      await github.start()
      github.repositories.set('acme/web', githubRepository)
    },
  },
  'import history': 'import history --limit 1',
  'import presets': 'import presets linear',
  'import template': 'import template --type bugs --from jira',
  'import plan': { line: 'import plan export.csv --type bugs --source web', setUp: writeExport },
  'import apply': {
    line: 'import apply plan.json',
    setUp: async (db) => {
      writeExport(db)
      await cto(
        db,
        'import',
        'plan',
        'export.csv',
        '--type',
        'bugs',
        '--source',
        'web',
        '--json',
        '-o',
        'plan.json',
      )
    },
  },
  // Its people have bugs that it did not import.
  'import undo': { line: 'import undo 5eed0000-0006-4000-8000-000000000001 --yes', exitCode: 5 },
  'import show': 'import show 5eed0001-0006-4000-8000-000000000002',
  'metrics kpis': 'metrics kpis',
  'metrics daily': 'metrics daily --project atlas --days 14',
  'metrics monthly': 'metrics monthly --months 3',
  'metrics portfolio': 'metrics portfolio',
  'metrics engineering': 'metrics engineering --since 90d',
  'metrics team': 'metrics team',
  'metrics sla': 'metrics sla',
  'metrics flow': 'metrics flow --since 14d --by week',
  'metrics aging': 'metrics aging',
  'metrics delivery': 'metrics delivery --since 7d',
  'metrics developer': 'metrics developer',
  'metrics snapshot': 'metrics snapshot',
  'metrics diff': 'metrics diff 2026-02-28',
  'metrics check': { line: 'metrics check --max open.critical=0 --fail-on open.total>+50%', exitCode: 8 },
  report: 'report --since 14d',
  'metrics verify': 'metrics verify',
  'metrics explain': 'metrics explain open.critical',
  'config list': { line: 'config list', engine: 'embedded' },
  'config get': 'config get timezone',
  'config set': 'config set limit 20',
  'config unset': 'config unset limit',
  'config path': 'config path',
  'reviews ingest': { line: 'reviews ingest - --repo web', setUp: keepReview, stdin: diagnostics },
  'reviews list': { line: 'reviews list', setUp: keepReview },
  'reviews show': { line: 'reviews show 5eed0000-0000-4000-8000-00000000ab01', setUp: keepReview },
  'notify list': { line: 'notify list', setUp: keepRule },
  'notify show': { line: 'notify show critical', setUp: keepRule },
  'notify create': "notify create late --when 'sla.breached>0' --group-by project --channel stdout",
  'notify update': { line: 'notify update critical --repeat 1d --disable', setUp: keepRule },
  'notify delete': { line: 'notify delete critical', setUp: keepRule },
  'notify test': { line: 'notify test critical', setUp: keepRule },
  'notify run': { line: 'notify run', setUp: keepRule },
  'notify silence': { line: 'notify silence critical --for 2h', setUp: keepRule },
  'notify retry': { line: 'notify retry d1', setUp: keepRule },
  'notify log': { line: 'notify log', setUp: keepRule },
  'keys create': { line: 'keys create ci --scopes read', shapeOnly: true },
  'keys list': { line: 'keys list', setUp: keepKey },
  'keys revoke': { line: 'keys revoke ci', setUp: keepKey },
  'keys verify': { line: 'keys verify -', setUp: keepKey, stdin: apiKey },
  'secrets set': { line: 'secrets set slack', stdin: 'value', env: encryption },
  'secrets list': { line: 'secrets list', setUp: keepSecret },
  'secrets check': { line: 'secrets check', setUp: keepSecret, env: encryption, exitCode: 8 },
  'secrets rotate': { line: 'secrets rotate', env: encryption },
  'secrets delete': { line: 'secrets delete slack', setUp: keepSecret },
  'audit list': 'audit list --action db.seed',
  'db init': 'db init',
  'db status': 'db status',
  'db migrate': 'db migrate',
  'db seed': { line: 'db seed', before: [] },
  'db info': 'db info',
  'db inspect': { line: 'db inspect foreign-keys --limit 1', shapeOnly: true },
  'db serve': { line: 'db serve', shapeOnly: true, elsewhere: true },
  'db health': { line: 'db health', shapeOnly: true },
  'db size': { line: 'db size --record', shapeOnly: true },
  'db cancel': { line: 'db cancel --over 1d', engine: 'postgresql', shapeOnly: true },
  'db verify': {
    line: 'db verify it.cto.tar',
    before: ['db seed', 'db backup it.cto.tar'],
    shapeOnly: true,
  },
  'db restore': {
    line: ({ engine, database }) =>
      `db restore it.cto.tar --replace --no-backup --confirm ${engine === 'embedded' ? engine : database}`,
    before: ['db seed', 'db backup it.cto.tar'],
    shapeOnly: true,
  },
  'db copy': {
    line: 'db copy --to-profile copied',
    before: ['db seed'],
    setUp: (db) => profileBeside(db, 'copied'),
    engine: 'postgresql',
    shapeOnly: true,
  },
  'db prune': {
    line: 'db prune --sizes 90d',
    setUp: (db) => db.sql(`INSERT INTO table_sizes VALUES ('2025-01-01', 'bugs', 1, 1, 0)`),
    shapeOnly: true,
  },
  'db backup': { line: 'db backup archives', shapeOnly: true },
  'db grant': { line: 'db grant pg_monitor', engine: 'postgresql', shapeOnly: true },
  'db query':
    'db query --write "UPDATE bugs SET labels = labels WHERE bug_number = $1 RETURNING bug_number, severity, labels, revenue_impact" --param BUG-1006',
  'db doctor': { line: 'db doctor --only schema.fk_index', shapeOnly: true },
  'workspaces init': { line: 'workspaces init', before: [], shapeOnly: true },
  'workspaces create': {
    line: 'workspaces create created.org --plan pro --admin ada@created.org',
    before: ['workspaces init'],
    shapeOnly: true,
  },
  'workspaces list': { line: 'workspaces list', before: oneWorkspace, shapeOnly: true },
  'workspaces update': {
    line: 'workspaces update one.org --plan pro --limit bugs=5 --metadata team=web',
    before: oneWorkspace,
    shapeOnly: true,
  },
  'workspaces rename': {
    line: 'workspaces rename before.org after.org',
    before: ['workspaces init', 'workspaces create before.org'],
    shapeOnly: true,
  },
  'workspaces suspend': {
    line: 'workspaces suspend used.org --reason tested',
    before: ['workspaces init', 'workspaces create used.org'],
    shapeOnly: true,
  },
  'workspaces resume': {
    line: 'workspaces resume asleep.org',
    before: ['workspaces init', 'workspaces create asleep.org', 'workspaces suspend asleep.org --yes'],
    shapeOnly: true,
  },
  'workspaces login': {
    line: 'workspaces login one.org',
    before: oneWorkspace,
    engine: 'postgresql',
    shapeOnly: true,
  },
  'workspaces delete': {
    line: 'workspaces delete gone.org --confirm gone.org',
    before: ['workspaces init', 'workspaces create gone.org', 'workspaces suspend gone.org --yes'],
    shapeOnly: true,
  },
  'workspaces overview': { line: 'workspaces overview', before: oneWorkspace, shapeOnly: true },
  'workspaces distribute': {
    line: 'workspaces distribute --all --dry-run',
    before: oneWorkspace,
    shapeOnly: true,
  },
  'workspaces doctor': { line: 'workspaces doctor --repair', before: oneWorkspace, shapeOnly: true },
  'workspaces each': {
    line: 'workspaces each one.org -- bugs create --title everywhere -s low',
    before: oneWorkspace,
    // The URL of the server names a schema, beside which no workspace can be entered.
    engine: 'embedded',
    shapeOnly: true,
  },
  'workspaces migrate': { line: 'workspaces migrate --all', before: oneWorkspace, shapeOnly: true },
  'workspaces status': { line: 'workspaces status --all --verify', before: oneWorkspace, shapeOnly: true },
  'workspaces clone': {
    line: 'workspaces clone one.org clone.org',
    before: oneWorkspace,
    shapeOnly: true,
  },
  'workspaces backup': { line: 'workspaces backup one.org', before: oneWorkspace, shapeOnly: true },
  'workspaces restore': {
    line: 'workspaces restore it.cto.tar --as restored.org',
    before: [...oneWorkspace, 'db seed', 'db backup it.cto.tar'],
    shapeOnly: true,
  },
  'workspaces adopt': {
    line: 'workspaces adopt adopted --domain adopted.org',
    engine: 'postgresql',
    before: ['workspaces init'],
    setUp: (db) => schemaBeside(db, 'adopted'),
    shapeOnly: true,
  },
  'workspaces show': { line: 'workspaces show one.org', before: oneWorkspace, shapeOnly: true },
  completion: { line: 'completion bash', before: [], shapeOnly: true },
  help: { line: 'help exit-codes', before: [], shapeOnly: true },
  commands: { line: 'commands', before: [], shapeOnly: true },
  'db reset': {
    line: ({ engine, database }) => `db reset --confirm ${engine === 'embedded' ? engine : database}`,
  },
}

/** Another schema of the same database with the tables of cto. */
async function schemaBeside(db: TestDatabase, schema: string): Promise<void> {
  const { env } = db
  const url = env['DATABASE_URL'] === undefined ? undefined : new URL(env['DATABASE_URL'])
  url?.searchParams.set('schema', schema)
  const beside = { ...db, env: { ...env, CTO_SCHEMA: schema, ...(url && { DATABASE_URL: url.href }) } }
  const { exitCode } = await cto(beside, 'db', 'init')
  if (exitCode !== 0) throw new Error('the schema could not be made')
}

/** A profile for another schema of the same database. */
async function profileBeside(db: TestDatabase, schema: string): Promise<void> {
  const url = new URL(db.env['DATABASE_URL'] ?? '')
  url.searchParams.set('schema', schema)
  await db.sql(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  const { exitCode } = await cto({ ...db, stdin: url.href }, 'config', 'set', `profiles.${schema}.url`, '-')
  if (exitCode !== 0) throw new Error('the profile could not be set')
}
