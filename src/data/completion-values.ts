import { completedKinds, kinds, storedTypes, type CompletedKind, type StoredType } from '../domain/kinds.js'
import { Prisma } from '../engine/sql.js'
import { columnOf } from '../engine/table.js'
import type { Db } from '../engine/client.js'
import { bugIsOpen } from './bugs/bug-predicates.js'
import { visible } from './workspaces/registered.js'

/** A word to complete, and its description. */
export type CompletionValue = [value: string, description: string]

/** By what a flag or an argument names. */
export type CompletionValues = Record<StoredType, CompletionValue[]>

const mostValues = 1000

/** What the tables of an organisation hold; of secrets and keys what lists of them print. */
export async function findCompletionValues(db: Db): Promise<CompletionValues> {
  const values: Partial<CompletionValues> = {}
  for (const type of storedTypes) values[type] = await findValues(db, queries[type])
  return values as CompletionValues
}

/** The domains of workspaces; of the registry. */
export async function findWorkspaceDomains(db: Db): Promise<CompletionValue[]> {
  const registry = await visible(db)
  return findValues(db, Prisma.sql`SELECT domain AS value, name AS about FROM ${registry} ORDER BY domain`)
}

async function findValues(db: Db, query: Prisma.Sql): Promise<CompletionValue[]> {
  const rows = await db.$queryRaw<{ value: string; about: string | null }[]>`${query} LIMIT ${mostValues}`
  return rows.map(({ value, about }) => [value, about ?? ''])
}

/** The names of a kind in their order, each with what describes it. */
function namesOf(kind: CompletedKind): Prisma.Sql {
  const { table, nameField, completedWith } = kinds[kind]
  const [name, about] = [columnOf(table, nameField), columnOf(table, completedWith)]
  return Prisma.raw(`SELECT ${name} AS value, left(${about}, 80) AS about FROM ${table} ORDER BY ${name}`)
}

/** The words of a column or an expression, each once. */
function wordsIn(column: string, from: string): Prisma.Sql {
  return Prisma.raw(`
    SELECT DISTINCT word AS value, NULL AS about
    FROM (SELECT ${column} AS word FROM ${from}) found WHERE word IS NOT NULL ORDER BY word`)
}

/** Pull requests or issues, as `acme/shop#12`: the open ones first, the newest of them first. */
function numberedIn(table: 'pull_requests' | 'issues'): Prisma.Sql {
  return Prisma.raw(`
    SELECT r.full_name || '#' || n.number AS value, left(n.title, 80) AS about
    FROM ${table} n JOIN repositories r ON r.id = n.repository_id
    ORDER BY n.state <> 'open', n.opened_at DESC, n.id`)
}

const queries: Readonly<Record<StoredType, Prisma.Sql>> = {
  ...(Object.fromEntries(completedKinds.map((kind) => [kind, namesOf(kind)])) as Record<
    CompletedKind,
    Prisma.Sql
  >),
  // A bug that is resolved is hardly ever named.
  bug: Prisma.sql`
    SELECT bug_number AS value, left(title, 80) AS about FROM bugs b
    WHERE ${bugIsOpen} ORDER BY priority_score DESC, id`,
  // One who left is hardly ever named.
  user: Prisma.sql`
    SELECT email AS value, name AS about FROM users WHERE is_active ORDER BY email`,
  import: Prisma.sql`
    SELECT id::text AS value, metadata->>'file' AS about FROM import_logs ORDER BY timestamp DESC`,
  session: Prisma.sql`
    SELECT id::text AS value, concat_ws(' ', left(session_start::text, 16), left(description, 60)) AS about
    FROM metrics_sessions ORDER BY session_start DESC, id`,
  dashboard: Prisma.sql`
    SELECT dashboard_name AS value, left(description, 80) AS about FROM dashboard_configs ORDER BY dashboard_name, id`,
  organization: Prisma.sql`SELECT slug AS value, name AS about FROM organizations ORDER BY slug`,
  repository: Prisma.sql`
    SELECT full_name AS value, url AS about FROM repositories WHERE gone_at IS NULL ORDER BY full_name, id`,
  account: Prisma.sql`
    SELECT coalesce(login, email) AS value, name AS about
    FROM accounts WHERE coalesce(login, email) IS NOT NULL ORDER BY is_bot, 1, id`,
  author: Prisma.sql`
    SELECT coalesce(login, email) AS value, name AS about
    FROM accounts WHERE main_id IS NULL AND coalesce(login, email) IS NOT NULL ORDER BY is_bot, 1, id`,
  'pull-request': numberedIn('pull_requests'),
  issue: numberedIn('issues'),
  deployment: Prisma.sql`
    SELECT d.external_id AS value, concat_ws(' ', r.full_name, d.environment, d.ref) AS about
    FROM deployments d JOIN repositories r ON r.id = d.repository_id
    ORDER BY d.finished_at DESC NULLS LAST, d.id`,
  review: Prisma.sql`
    SELECT v.id::text AS value, concat_ws(' ', v.tool, r.full_name || coalesce('#' || p.number, '')) AS about
    FROM ai_reviews v JOIN repositories r ON r.id = v.repository_id
    LEFT JOIN pull_requests p ON p.id = v.pull_request_id
    ORDER BY v.reviewed_at DESC, v.id`,
  rule: Prisma.sql`SELECT name AS value, left(condition, 80) AS about FROM notification_rules ORDER BY name`,
  // What may be sent again.
  delivery: Prisma.sql`
    SELECT delivery_id AS value, max(rule_name) AS about FROM notification_logs
    GROUP BY delivery_id HAVING (array_agg(status ORDER BY seq DESC))[1] IN ('failed', 'dead')
    ORDER BY max(seq) DESC`,
  // Secrets of two organizations may have one name.
  secret: Prisma.sql`
    SELECT s.name AS value, string_agg(o.slug, ', ' ORDER BY o.slug) AS about
    FROM secrets s LEFT JOIN organizations o ON o.id = s.organization_id GROUP BY s.name ORDER BY s.name`,
  'api-key': Prisma.sql`
    SELECT prefix AS value, name AS about FROM api_keys WHERE revoked_at IS NULL ORDER BY created_at DESC, id`,
  tag: Prisma.sql`
    SELECT tag AS value, count(*) || ' projects' AS about
    FROM projects, unnest(tags) tag GROUP BY tag ORDER BY tag`,
  label: wordsIn(
    'unnest(labels)',
    '(SELECT labels FROM bugs UNION ALL SELECT labels FROM pull_requests UNION ALL SELECT labels FROM issues) labelled',
  ),
  language: wordsIn('language', 'projects'),
  branch: wordsIn('base_branch', 'pull_requests'),
  environment: wordsIn('environment', 'deployments'),
  service: wordsIn('service', 'deployments'),
  source: wordsIn('external_source', 'metrics_sessions'),
  tool: wordsIn('tool', 'ai_reviews'),
}
