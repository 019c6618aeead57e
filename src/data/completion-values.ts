import { existsSync } from 'node:fs'
import path from 'node:path'
import { inTransaction } from '../engine/connection/connection.js'
import { withConnection, type DatabaseSettings } from '../engine/open.js'
import { migrationStatus } from '../engine/schema/migrations.js'

/** A word that can be typed, and what it stands for. */
export type CompletionValue = [value: string, description: string]

/** By what a flag or an argument names. */
export type CompletionValues = Record<'bug' | 'project' | 'user' | 'tag' | 'import', CompletionValue[]>

const mostValues = 1000

/** The open bugs that press most, the projects, the people. Null where there is no database, or not yet our tables. */
export async function findCompletionValues(settings: DatabaseSettings): Promise<CompletionValues | null> {
  const { at } = settings
  // Nobody presses Tab to create a database.
  if (at.engine === 'embedded' && !at.embedded.connect && !existsSync(path.join(at.embedded.home, 'db.json')))
    return null
  return withConnection({ ...settings, readOnly: true, lockTimeoutMs: 0 }, async (connection, known) => {
    if (!['current', 'newer'].includes((await migrationStatus(connection, known)).state)) return null
    return inTransaction(connection, async (client) => {
      const find = async (sql: string): Promise<CompletionValue[]> => {
        const { rows } = await client.query<{ value: string; about: string | null }>(
          `${sql} LIMIT ${mostValues}`,
        )
        return rows.map(({ value, about }) => [value, about ?? ''])
      }
      return {
        bug: await find(
          `SELECT bug_number AS value, left(title, 80) AS about FROM bugs
           WHERE status IN ('pending', 'in_progress', 'verified') ORDER BY priority_score DESC, id`,
        ),
        project: await find(
          `SELECT name AS value, left(description, 80) AS about FROM projects ORDER BY name`,
        ),
        user: await find(`SELECT email AS value, name AS about FROM users ORDER BY email`),
        tag: await find(
          `SELECT tag AS value, count(*) || ' projects' AS about
           FROM projects, unnest(tags) tag GROUP BY tag ORDER BY tag`,
        ),
        import: await find(
          `SELECT id::text AS value, metadata->>'file' AS about FROM import_logs ORDER BY timestamp DESC`,
        ),
      }
    })
  })
}
