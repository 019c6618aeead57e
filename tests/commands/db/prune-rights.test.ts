import { expect, test } from 'vitest'
import { prunable, prunableKinds } from '../../../src/domain/prunable.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'

const db = useDatabase()

const role = `pruning_${process.pid}`

/** At least a row of each kind that is two years old. */
async function addOldRows(): Promise<void> {
  const id = (n: number) => `'5eed0000-0001-4000-8000-00000000000${n}'`
  for (const statement of [
    `INSERT INTO audit_log (action, entity_type, created_at) VALUES ('old', 'bug', '2024-01-01')`,
    `INSERT INTO notification_logs (rule_name, delivery_id, attempt, kind, status, target, created_at)
     VALUES ('slow', 'old', 1, 'firing', 'sent', 'stdout', '2024-01-01')`,
    `INSERT INTO bugs (id, bug_number, title, severity, status, created_at, resolved_at)
     VALUES (${id(1)}, 'BUG-1', 'Old', 'low', 'closed', '2024-01-01', '2024-01-05')`,
    `INSERT INTO bug_history (bug_id, field_changed, new_value, changed_at)
     VALUES (${id(1)}, 'title', 'Older', '2024-01-02'), (${id(1)}, 'title', 'Old', '2024-01-03')`,
    `INSERT INTO table_sizes (date, table_name, rows, bytes, index_bytes) VALUES ('2024-01-01', 'bugs', 1, 1, 1)`,
    `INSERT INTO events (occurred_at, received_at, source, delivery_key, name, signature, state)
     VALUES ('2024-01-01', '2024-01-01', 'archive', 'old', 'push', 'unsigned', 'derived')`,
    `INSERT INTO organizations (id, slug, name) VALUES (${id(2)}, 'acme', 'Acme')`,
    `INSERT INTO repositories (id, organization_id, host, full_name) VALUES (${id(3)}, ${id(2)}, 'github.com', 'acme/web')`,
    `INSERT INTO commits (repository_id, sha, committed_at) VALUES (${id(3)}, repeat('a', 40), '2024-01-01')`,
    `INSERT INTO metrics_sessions (id, session_start) VALUES (${id(4)}, '2024-01-01')`,
    `INSERT INTO tool_events (source, key, session_id, tool_name, tool_category, at)
     VALUES ('tools', 'old', ${id(4)}, 'build', 'other', '2024-01-01')`,
  ])
    await db.sql(statement)
}

/** While the role has these rights to all tables. */
async function asRole(rights: string, work: (world: typeof db) => Promise<void>): Promise<void> {
  const url = new URL(db.env['DATABASE_URL'] ?? '')
  const schema = url.searchParams.get('schema') ?? ''
  url.username = role
  await db.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)
  try {
    await db.sql(`GRANT USAGE ON SCHEMA "${schema}" TO ${role}`)
    await db.sql(`GRANT ${rights} ON ALL TABLES IN SCHEMA "${schema}" TO ${role}`)
    await work({ ...db, env: { DATABASE_URL: url.href } })
  } finally {
    await db.sql(`DROP OWNED BY ${role}`)
    await db.sql(`DROP ROLE ${role}`)
  }
}

test.for(['SELECT', 'SELECT, INSERT, UPDATE'])(
  'a role with %s alone prunes no kind, which is exit 4, and leaves no record that rows are gone',
  async (rights, { skip }) => {
    skip(db.engine === 'embedded', 'the embedded database has one role')
    await addOldRows()
    const rows = () =>
      Promise.all(
        prunableKinds.flatMap((kind) =>
          prunable[kind].tables.map(({ table }) => db.sql(`SELECT count(*)::int AS n FROM ${table}`)),
        ),
      )
    const before = await rows()
    await asRole(rights, async (world) => {
      for (const kind of prunableKinds) {
        const line = ['db', 'prune', `--${kind}`, '400d', '--no-header']
        const dry = await cto(world, ...line, '--dry-run')
        expect([kind, dry.exitCode, dry.stdout]).toEqual([kind, 0, expect.stringContaining('\t2024\t1\n')])
        const { exitCode, stdout, stderr } = await cto(world, ...line, '--yes')
        expect([kind, exitCode, stdout], stderr).toEqual([kind, 4, ''])
      }
    })
    expect(await rows()).toEqual(before)
    expect(await db.sql(`SELECT key FROM settings WHERE key LIKE '%PrunedBefore'`)).toEqual([])
    expect(await db.sql(`SELECT pruned_before AS at FROM repositories`)).toEqual([{ at: null }])
  },
)
