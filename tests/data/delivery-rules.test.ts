import { beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../helpers/database.js'
import {
  addAccount,
  addAiReview,
  addCommit,
  addDeployment,
  addIssue,
  addOrganization,
  addPull,
  addRepository,
  addReview,
} from '../helpers/delivery.js'
import { addUser } from '../helpers/factories.js'

/** Rules of repositories and what happens in them that the database enforces, whichever program writes to it. */

const db = useDatabase()

const failure = (sql: string) =>
  db.sql(sql).then(
    () => 'nothing was refused',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

const moment = '2026-03-01T09:00:00Z'
const secretRow = `INSERT INTO secrets (name, ciphertext, nonce, key_id) VALUES ('hook', 'x', 'y', 'k')`

beforeEach(async () => {
  const user = await addUser(db, 'ada')
  const organization = await addOrganization(db, 'acme', { external_id: 3 })
  await db.sql('INSERT INTO user_organizations (user_id, organization_id) VALUES ($1, $2)', [
    user.id,
    organization,
  ])
  const repository = await addRepository(db, organization, { external_id: 1 })
  const ada = await addAccount(db, 'ada')
  await addCommit(db, repository, 'c1', { author_id: ada, committed_at: moment })
  const pull = await addPull(db, repository, { number: 1, author_id: ada, opened_at: moment })
  await addReview(db, pull, { external_id: 9, author_id: ada, submitted_at: moment })
  await addIssue(db, repository, { number: 1, opened_at: moment })
  await addDeployment(db, repository, { external_id: 'd1', finished_at: moment })
  await addAiReview(db, repository, { content_sha256: 'f', reviewed_at: moment })
  await db.sql(eventRow({ repository_id: `'${repository}'` }))
  for (const table of ['repository_stats', 'team_metrics', 'developer_metrics']) await db.sql(dayRow(table))
  await db.sql(
    `INSERT INTO notification_rules (name, condition, channel, target) VALUES ('late', 'x', 'stdout', '-')`,
  )
  await db.sql(`INSERT INTO notification_logs (rule_name, delivery_id, attempt, kind, status, target)
    VALUES ('late', 'd', 1, 'firing', 'sent', '-')`)
  await db.sql(keyRow({}))
  await db.sql(secretRow)
})

describe('the database refuses', () => {
  test.each<[constraint: string, statement: string]>([
    ['organizations_slug_lower_check', `UPDATE organizations SET slug = 'Acme'`],
    ['organizations_kind_check', `UPDATE organizations SET kind = 'club'`],
    ['organizations_plan_check', `UPDATE organizations SET plan = 'gold'`],
    ['organizations_slug_key', `INSERT INTO organizations (slug, name) VALUES ('acme', 'x')`],
    ['user_organizations_role_check', `UPDATE user_organizations SET role = 'boss'`],
    [
      'user_organizations_user_id_organization_id_key',
      'INSERT INTO user_organizations (user_id, organization_id) SELECT user_id, organization_id FROM user_organizations',
    ],
    ['repositories_sensitivity_check', `UPDATE repositories SET sensitivity = 'secret'`],
    ['repositories_deploy_source_check', `UPDATE repositories SET deploy_source = 'mail'`],
    ['repositories_host_external_id_key', repositoryRow(`'acme/other', 1, NULL`)],
    ['repositories_host_full_name_key', repositoryRow(`'Acme/Web', 2, NULL`)],
    ['accounts_email_lower_check', `UPDATE accounts SET email = 'Ada@example.com'`],
    ['accounts_main_id_check', 'UPDATE accounts SET main_id = id'],
    ['accounts_identity_check', 'UPDATE accounts SET login = NULL'],
    ['accounts_host_login_key', `INSERT INTO accounts (host, login) VALUES ('github.com', 'ADA')`],
    ['events_source_check', `UPDATE events SET source = 'mail'`],
    ['events_signature_check', `UPDATE events SET signature = 'forged'`],
    ['events_state_check', `UPDATE events SET state = 'new'`],
    ['events_source_delivery_key_key', eventRow({})],
    ['commits_counts_check', 'UPDATE commits SET additions = -1'],
    [
      'commits_repository_id_sha_key',
      `INSERT INTO commits (repository_id, sha) SELECT id, 'c1' FROM repositories`,
    ],
    ['pull_requests_state_check', `UPDATE pull_requests SET state = 'draft'`],
    ['pull_requests_detail_check', `UPDATE pull_requests SET detail = 'some'`],
    ['pull_requests_counts_check', 'UPDATE pull_requests SET changed_files = -1'],
    ['pull_requests_merge_sha_check', `UPDATE pull_requests SET merge_sha = 'c1'`],
    ['pull_requests_reverts_id_check', 'UPDATE pull_requests SET reverts_id = id'],
    [
      'pull_requests_repository_id_number_key',
      `INSERT INTO pull_requests (repository_id, number, opened_at) SELECT id, 1, '${moment}' FROM repositories`,
    ],
    [
      'pull_request_reviews_target_check',
      'UPDATE pull_request_reviews SET issue_id = (SELECT id FROM issues)',
    ],
    ['pull_request_reviews_target_check', 'UPDATE pull_request_reviews SET pull_request_id = NULL'],
    ['pull_request_reviews_kind_check', `UPDATE pull_request_reviews SET kind = 'emoji'`],
    ['pull_request_reviews_state_check', `UPDATE pull_request_reviews SET state = 'pending'`],
    [
      'pull_request_reviews_key',
      `INSERT INTO pull_request_reviews (pull_request_id, kind, external_id, submitted_at)
       SELECT pull_request_id, kind, external_id, submitted_at FROM pull_request_reviews`,
    ],
    ['issues_state_check', `UPDATE issues SET state = 'merged'`],
    ['deployments_source_check', `UPDATE deployments SET source = 'mail'`],
    ['deployments_status_check', `UPDATE deployments SET status = 'cancelled'`],
    ['deployments_link_check', `UPDATE deployments SET link = 'guessed'`],
    [
      'deployments_source_external_id_key',
      `INSERT INTO deployments (repository_id, source, external_id, environment)
       SELECT id, 'deployment', 'd1', 'live' FROM repositories`,
    ],
    ['repository_stats_counts_check', 'UPDATE repository_stats SET stars = -1'],
    ['repository_stats_repository_id_date_key', dayRow('repository_stats')],
    ['team_metrics_counts_check', 'UPDATE team_metrics SET lead_n = -1'],
    ['team_metrics_not_nan_check', `UPDATE team_metrics SET cycle_p50 = 'NaN'`],
    ['team_metrics_organization_id_date_key', dayRow('team_metrics')],
    ['developer_metrics_counts_check', 'UPDATE developer_metrics SET reviews = -1'],
    ['developer_metrics_account_date_key', dayRow('developer_metrics')],
    ['ai_reviews_risk_score_check', 'UPDATE ai_reviews SET risk_score = 101'],
    ['ai_reviews_counts_check', 'UPDATE ai_reviews SET suppressed = -1'],
    ['ai_reviews_findings_check', `UPDATE ai_reviews SET findings = '{}'`],
    // Without a commit and a pull request too: nulls are equal.
    [
      'ai_reviews_content_key',
      `INSERT INTO ai_reviews (repository_id, tool, format, content_sha256, critical, high, medium, low, info, suppressed, reviewed_at)
       SELECT repository_id, tool, format, content_sha256, 1, 1, 1, 1, 1, 1, reviewed_at FROM ai_reviews`,
    ],
    ['notification_rules_group_by_check', `UPDATE notification_rules SET group_by = 'team'`],
    ['notification_rules_channel_check', `UPDATE notification_rules SET channel = 'pager'`],
    ['notification_rules_runs_check', 'UPDATE notification_rules SET for_runs = 0'],
    ['notification_rules_inhibited_by_id_check', 'UPDATE notification_rules SET inhibited_by_id = id'],
    ['notification_rules_silences_check', `UPDATE notification_rules SET silences = '{}'`],
    ['notification_logs_attempt_check', 'UPDATE notification_logs SET attempt = 0'],
    ['notification_logs_kind_check', `UPDATE notification_logs SET kind = 'alarm'`],
    ['notification_logs_status_check', `UPDATE notification_logs SET status = 'lost'`],
    ['api_keys_prefix_check', `UPDATE api_keys SET prefix = 'cto_'`],
    ['api_keys_hash_check', `UPDATE api_keys SET hash = 'plain text'`],
    ['api_keys_scopes_check', `UPDATE api_keys SET scopes = '{root}'`],
    ['api_keys_scopes_check', `UPDATE api_keys SET scopes = '{}'`],
    ['api_keys_scopes_check', 'UPDATE api_keys SET scopes = NULL'],
    ['api_keys_prefix_key', keyRow({ hash: `repeat('b', 64)` })],
    ['api_keys_hash_key', keyRow({ prefix: `'cto_xxxxxxxx'` })],
    ['secrets_name_key', secretRow],
  ])('by %s: %s', async (constraint, statement) => {
    expect(await failure(statement)).toContain(`"${constraint}"`)
  })
})

test('a name that a repository lost can be that of another one', async () => {
  await db.sql(`UPDATE repositories SET gone_at = '${moment}'`)
  await db.sql(repositoryRow(`'acme/web', 2, NULL`))
  await db.sql(repositoryRow(`'acme/web', 3, '${moment}'`))
})

test('what an organization owns goes with it; authors who go leave what they wrote', async () => {
  await db.sql('DELETE FROM accounts')
  expect(await db.sql('SELECT author_id FROM commits UNION ALL SELECT author_id FROM pull_requests')).toEqual(
    [{ author_id: null }, { author_id: null }],
  )
  await db.sql('DELETE FROM organizations')
  const tables = ['repositories', 'events', 'commits', 'pull_requests', 'pull_request_reviews', 'issues']
  const others = ['deployments', 'repository_stats', 'team_metrics', 'developer_metrics', 'ai_reviews']
  for (const table of [...tables, ...others])
    expect(await db.sql(`SELECT id FROM ${table}`), table).toEqual([])
  expect(await db.sql('SELECT id FROM users')).toHaveLength(1)
})

function repositoryRow(values: string): string {
  return `INSERT INTO repositories (organization_id, host, full_name, external_id, gone_at)
    SELECT id, 'github.com', ${values} FROM organizations`
}

function eventRow(changes: Record<string, string>): string {
  return insert('events', {
    ...{ occurred_at: `'${moment}'`, received_at: `'${moment}'`, source: `'webhook'`, delivery_key: `'d:1'` },
    ...{ name: `'push'`, signature: `'unsigned'`, state: `'derived'` },
    ...changes,
  })
}

function dayRow(table: string): string {
  const owners: Record<string, [string, string]> = {
    repository_stats: ['repository_id', 'r.id'],
    team_metrics: ['organization_id', 'r.organization_id'],
    developer_metrics: ['organization_id, account_id', 'r.organization_id, a.id'],
  }
  const [columns, values] = owners[table] ?? ['', '']
  return `INSERT INTO ${table} (${columns}, date, version) SELECT ${values}, '2026-03-01', 1 FROM repositories r, accounts a`
}

function keyRow(changes: Record<string, string>): string {
  const row = {
    name: `'ci'`,
    prefix: `'cto_01234567'`,
    hash: `repeat('a', 64)`,
    scopes: `'{read}'`,
    ...changes,
  }
  return insert('api_keys', row)
}

function insert(table: string, row: Record<string, string>): string {
  return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}
