import { describe, expect, test } from 'vitest'
import { severities, statuses } from '../../src/domain/bug.js'
import { defaultSlaPolicy } from '../../src/domain/sla.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addProject, addUser } from '../helpers/factories.js'

const db = useDatabase()

/** Rules that the database enforces, whichever program writes to it. */
const failure = (sql: string) =>
  db.sql(sql).then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

describe('the audit log', () => {
  const refused = (operation: string) => `audit_log is append-only: ${operation} refused`

  test('rejects updates, deletes and truncation', async () => {
    await addBug(db)
    expect(await failure(`UPDATE audit_log SET action = 'x'`)).toBe(refused('UPDATE'))
    expect(await failure('UPDATE audit_log SET user_id = NULL, action = $$x$$')).toBe(refused('UPDATE'))
    expect(await failure('DELETE FROM audit_log')).toBe(refused('DELETE'))
    expect(await failure('TRUNCATE audit_log')).toBe(refused('TRUNCATE'))
    expect(await failure('TRUNCATE users CASCADE')).toBe(refused('TRUNCATE'))
    expect(await db.sql('SELECT action FROM audit_log')).toEqual([{ action: 'bug.create' }])
  })

  test('keeps the rows of a deleted person, without the person', async () => {
    const ada = await addUser(db, 'ada')
    await db.sql('INSERT INTO audit_log (user_id, action, entity_type) VALUES ($1, $2, $3)', [
      ada.id,
      'x',
      'x',
    ])
    await db.sql('DELETE FROM users')
    expect(await db.sql('SELECT action, user_id FROM audit_log ORDER BY action')).toEqual([
      { action: 'user.create', user_id: null },
      { action: 'x', user_id: null },
    ])
  })

  test('allows maintenance for the one transaction that announces it', async () => {
    await addBug(db)
    await db.sql(`DO $$ BEGIN SET LOCAL cto.audit_maintenance = 'on'; DELETE FROM audit_log; END $$`)
    expect(await db.sql('SELECT action FROM audit_log')).toEqual([])
    await addBug(db)
    expect(await failure('DELETE FROM audit_log')).toBe(refused('DELETE'))
  })
})

describe('checks refuse', () => {
  test.each<[string, ...string[]]>([
    ['users_email_lower_check', `UPDATE users SET email = 'Ada@example.com'`],
    ['projects_complexity_check', 'UPDATE projects SET complexity = 6'],
    ['projects_client_appeal_check', 'UPDATE projects SET client_appeal = 11'],
    ['projects_counts_check', 'UPDATE projects SET stars = -1'],
    ['projects_money_check', 'UPDATE projects SET monthly_infra_cost = -0.01'],
    ['projects_milestones_check', 'UPDATE projects SET current_milestone = 1'],
    ['projects_github_url_lower_check', `UPDATE projects SET github_url = 'https://github.com/A/b'`],
    ['bugs_sla_hours_check', 'UPDATE bugs SET sla_hours = 0'],
    ['bugs_priority_score_check', 'UPDATE bugs SET priority_score = 101'],
    ['bugs_amounts_check', 'UPDATE bugs SET actual_hours = -1'],
    ['bugs_amounts_check', 'UPDATE bugs SET revenue_impact = -1'],
    ['bugs_not_nan_check', `UPDATE bugs SET revenue_impact = 'NaN'`],
    ['bugs_resolved_at_check', 'UPDATE bugs SET resolved_at = now()'],
    ['project_metrics_health_score_check', metricsRow('health_score', '101')],
    ['project_metrics_counts_check', metricsRow('commits_count', '-1')],
    ['monthly_metrics_month_check', monthRow({ month: `'2026-03-02'` })],
    ['monthly_metrics_amounts_check', monthRow({ total_cost: '-1' })],
    ['monthly_metrics_counts_check', monthRow({ bugs_created: '-1' })],
    ['import_logs_counts_check', `INSERT INTO import_logs (source, records_failed) VALUES ('csv', -1)`],
    ['metrics_sessions_end_check', sessionRow('session_end', `'2026-03-01T08:59:00Z'`)],
    [
      'metrics_sessions_active_check',
      sessionRow('active', `'{[2026-03-01T08:00:00Z,2026-03-01T09:30:00Z)}'`),
    ],
    ['metrics_sessions_amounts_check', sessionRow('total_duration_ms', '-1')],
    ['metrics_sessions_type_check', sessionRow('session_type', `'coding'`)],
    ['metrics_sessions_productivity_score_check', sessionRow('productivity_score', '101')],
    ['metrics_sessions_external_check', sessionRow('external_id', `'s-1'`)],
    [
      'metrics_sessions_running_key',
      `${sessionRow('user_id', '(SELECT id FROM users)')}, ('2026-03-01', (SELECT id FROM users))`,
    ],
    ['tool_metrics_tool_name_check', toolRow({ tool_name: `repeat('x', 201)` })],
    ['tool_metrics_category_check', toolRow({ tool_category: `'toy'` })],
    ['tool_metrics_errors_check', toolRow({ error_count: '2' })],
    ['tool_metrics_period_check', toolRow({ period_start: `'2026-03-01T09:01:00Z'` })],
    ['tool_metrics_amounts_check', toolRow({ cost_usd: '-0.1' })],
    ['tool_metrics_tokens_check', toolRow({ input_tokens: '-1' })],
    ['tool_events_key_check', eventRow({ key: `''` })],
    ['tool_events_tool_name_check', eventRow({ tool_name: `''` })],
    ['tool_events_category_check', eventRow({ tool_category: `'toy'` })],
    ['tool_events_amounts_check', eventRow({ execution_count: '0', is_error: 'true' })],
    ['tool_events_tokens_check', eventRow({ cache_write_tokens: '-1' })],
    ['tool_events_pkey', eventRow({}), eventRow({})],
    ['dashboard_configs_name_check', dashboardRow({ dashboard_name: `repeat('x', 101)` })],
    ['dashboard_configs_layout_check', dashboardRow({ widget_layout: `'[]'` })],
    ['dashboard_configs_numbers_check', dashboardRow({ version: '0' })],
    ['dashboard_configs_default_key', dashboardRow({}), dashboardRow({ dashboard_name: `'Other'` })],
  ])('%s: %s', async (constraint, ...statements) => {
    await addUser(db, 'ada')
    await addProject(db, 'shop')
    await addBug(db)
    await db.sql(sessionRow('session_type', `'review'`))
    for (const statement of statements.slice(0, -1)) await db.sql(statement)
    expect(await failure(statements.at(-1) ?? '')).toContain(`"${constraint}"`)
  })

  test('and accept negative returns and valuations', async () => {
    await addProject(db, 'shop')
    await db.sql('UPDATE projects SET roi_score = -1, margin_percent = -1, dcf_valuation = -1')
  })
})

test('no number may be NaN, which would make the sums over it NaN too', async () => {
  const open = await db.sql(
    `SELECT a.attrelid::regclass::text AS "table", a.attname AS column
     FROM pg_attribute a
     JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = quote_ident(current_schema)::regnamespace AND c.relkind = 'r'
       AND a.atttypid IN ('numeric'::regtype, 'float8'::regtype, 'float4'::regtype)
       AND NOT EXISTS (
         SELECT FROM pg_constraint k
         WHERE k.conrelid = c.oid AND a.attnum = ANY(k.conkey) AND pg_get_constraintdef(k.oid) LIKE '%''NaN''%')`,
  )
  expect(open).toEqual([])
})

describe('a bug that another program inserts', () => {
  test('gets an id, a number, a clock by its severity and the default score', async () => {
    for (const severity of severities)
      await db.sql(
        `INSERT INTO bugs (title, severity, created_at) VALUES ('x', $1::"BugSeverity", '2026-03-01')`,
        [severity],
      )
    const rows = await db.sql(
      `SELECT bug_number AS number, severity::text, status::text, priority_score AS score, sla_hours AS hours,
         extract(epoch FROM sla_due_at - created_at)::int / 3600 AS runs, sla_stopped_at AS stopped, id IS NOT NULL AS "hasId"
       FROM bugs ORDER BY bug_number`,
    )
    expect(rows).toEqual(
      severities.map((severity, at) => ({
        number: `BUG-${1001 + at}`,
        severity,
        status: 'pending',
        score: 50,
        hours: defaultSlaPolicy.hours[severity],
        runs: defaultSlaPolicy.hours[severity],
        stopped: null,
        hasId: true,
      })),
    )
  })

  test.each([
    ['hours', null, '2026-03-05', '2026-03-04'],
    ['end', 72, null, '2026-03-04'],
    ['stop', 72, '2026-03-05', null],
  ])('whose clock lacks only its %s gets that', async (_part, hours, due, stopped) => {
    await db.sql(
      `INSERT INTO bugs (title, severity, status, created_at, resolved_at, sla_hours, sla_due_at, sla_stopped_at)
       VALUES ('x', 'medium', 'shipped', '2026-03-01', '2026-03-03', $1, $2, $3)`,
      [hours, due, stopped],
    )
    const rows = await db.sql('SELECT sla_hours, sla_due_at, sla_stopped_at FROM bugs')
    expect(rows).toEqual([
      {
        sla_hours: 72,
        sla_due_at: new Date(due ?? '2026-03-04'),
        sla_stopped_at: new Date(stopped ?? '2026-03-03'),
      },
    ])
  })

  test('keeps its given hours; its clock is stopped if it is not open', async () => {
    for (const status of statuses)
      await db.sql(
        `INSERT INTO bugs (title, severity, status, sla_hours, created_at, resolved_at)
         VALUES ('x', 'low', $1::"BugStatus", 9, '2026-03-01', $2)`,
        [status, status === 'shipped' ? '2026-03-02' : null],
      )
    const rows = await db.sql<{ status: string; hours: number; stopped: Date | null }>(
      'SELECT status::text, sla_hours AS hours, sla_stopped_at AS stopped FROM bugs ORDER BY bugs.status',
    )
    const [created, resolved] = [new Date('2026-03-01'), new Date('2026-03-02')]
    expect(rows).toEqual([
      { status: 'pending', hours: 9, stopped: null },
      { status: 'in_progress', hours: 9, stopped: null },
      { status: 'verified', hours: 9, stopped: null },
      { status: 'shipped', hours: 9, stopped: resolved },
      { status: 'closed', hours: 9, stopped: created },
      { status: 'deferred', hours: 9, stopped: created },
    ])
  })
})

test('deleting a person or a project keeps their bugs; deleting a bug deletes its history', async () => {
  const ada = await addUser(db, 'ada')
  const shop = await addProject(db, 'shop')
  const bug = await addBug(db, { assignedToId: ada.id, createdById: ada.id, projectId: shop.id })
  await db.sql('INSERT INTO bug_history (bug_id, field_changed, changed_by_id) VALUES ($1, $2, $3)', [
    bug.id,
    'title',
    ada.id,
  ])
  await db.sql('DELETE FROM users')
  await db.sql('DELETE FROM projects')
  expect(
    await db.sql(
      `SELECT b.assigned_to_id AS a, b.created_by_id AS c, b.project_id AS p, h.changed_by_id AS h
       FROM bugs b JOIN bug_history h ON h.bug_id = b.id`,
    ),
  ).toEqual([{ a: null, c: null, p: null, h: null }])
  await db.sql('DELETE FROM bugs')
  expect(await db.sql('SELECT id FROM bug_history')).toEqual([])
})

test('deleting a session deletes what its tools did; deleting a person or a project keeps their sessions', async () => {
  await addUser(db, 'ada')
  await addProject(db, 'shop')
  await db.sql(
    `INSERT INTO metrics_sessions (session_start, user_id, project_id) SELECT '2026-03-01', u.id, p.id FROM users u, projects p`,
  )
  for (const sql of [toolRow({}), eventRow({}), dashboardRow({})]) await db.sql(sql)
  await db.sql('DELETE FROM users')
  await db.sql('DELETE FROM projects')
  expect(await db.sql('SELECT user_id, project_id FROM metrics_sessions')).toEqual([
    { user_id: null, project_id: null },
  ])
  expect(await db.sql('SELECT user_id FROM dashboard_configs')).toEqual([{ user_id: null }])
  await db.sql('DELETE FROM metrics_sessions')
  expect(await db.sql('SELECT id FROM tool_metrics UNION ALL SELECT id FROM tool_events')).toEqual([])
})

test('no object has a name that a cluster rejects, and no table is without a key', async () => {
  const long = await db.sql(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = quote_ident(current_schema)::regnamespace AND length(relname) > 50
     UNION ALL
     SELECT conname FROM pg_constraint WHERE connamespace = quote_ident(current_schema)::regnamespace AND length(conname) > 50`,
  )
  const keyless = await db.sql(
    `SELECT relname AS name FROM pg_class c
     WHERE relnamespace = quote_ident(current_schema)::regnamespace AND relkind = 'r'
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')`,
  )
  expect([...long, ...keyless]).toEqual([])
})

test('every foreign key has an index that begins with it', async () => {
  const bare = await db.sql(
    `SELECT conname AS name FROM pg_constraint k
     WHERE connamespace = quote_ident(current_schema)::regnamespace AND contype = 'f'
       AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1])`,
  )
  expect(bare).toEqual([])
})

function metricsRow(column: string, value: string): string {
  return `INSERT INTO project_metrics (project_id, date, ${column}) SELECT id, '2026-03-01', ${value} FROM projects`
}

function monthRow(changes: Record<string, string>): string {
  const counts = ['total_bugs', 'critical_bugs', 'high_bugs', 'medium_bugs', 'low_bugs']
  const flow = ['bugs_created', 'bugs_resolved']
  const amounts = ['eng_hours', 'total_cost', 'revenue_impact_daily', 'hourly_rate']
  const row = new Map([['month', `'2026-03-01'`]])
  for (const column of [...counts, ...flow, ...amounts]) row.set(column, '0')
  for (const [column, value] of Object.entries(changes)) row.set(column, value)
  return `INSERT INTO monthly_metrics (${[...row.keys()].join(', ')}) VALUES (${[...row.values()].join(', ')})`
}

function sessionRow(column: string, value: string): string {
  return `INSERT INTO metrics_sessions (session_start, ${column}) VALUES ('2026-03-01T09:00:00Z', ${value})`
}

function toolRow(changes: Record<string, string>): string {
  return rowOfSession('tool_metrics', {
    tool_name: `'Bash'`,
    tool_category: `'shell'`,
    period_start: `'2026-03-01T09:15:00Z'`,
    execution_count: '1',
    error_count: '0',
    ...changes,
  })
}

function eventRow(changes: Record<string, string>): string {
  return rowOfSession('tool_events', {
    source: `'cto'`,
    key: `'e-1'`,
    tool_name: `'Bash'`,
    tool_category: `'shell'`,
    at: `'2026-03-01T09:16:00Z'`,
    ...changes,
  })
}

function rowOfSession(table: string, row: Record<string, string>): string {
  const columns = Object.keys(row).join(', ')
  return `INSERT INTO ${table} (session_id, ${columns}) SELECT id, ${Object.values(row).join(', ')} FROM metrics_sessions`
}

function dashboardRow(changes: Record<string, string>): string {
  const row = { dashboard_name: `'Mine'`, widget_layout: `'{}'`, is_default: 'true', ...changes }
  return `INSERT INTO dashboard_configs (user_id, ${Object.keys(row).join(', ')}) SELECT id, ${Object.values(row).join(', ')} FROM users`
}
