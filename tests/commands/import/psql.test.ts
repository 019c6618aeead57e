import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

/** The query of the line in the page. */
function queryInPage(): string {
  const page = readFileSync('docs/importing.md', 'utf8')
  return (
    /psql --csv "\$TICKETS_URL" -c '([^']+)' \| cto import csv - --type bugs --source tickets/.exec(
      page,
    )?.[1] ?? ''
  )
}

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version'])
    return true
  } catch {
    return false
  }
}

test.skipIf(!hasPsql())(
  'what psql selects from tables of a team comes in, and changes when it comes again',
  async ({ skip }) => {
    if (db.engine !== 'postgresql') skip('psql needs a server')
    await db.sql('CREATE TABLE tickets (nr int, headline text, prio text, state text, opened timestamptz)')
    try {
      await db.sql(`INSERT INTO tickets VALUES
      (7, 'Login fails', 'high', 'open', '2026-01-05 10:00Z'), (8, 'Refund, booked twice', 'low', 'done', '2026-01-06 10:00Z')`)
      const url = new URL(db.env['DATABASE_URL'] ?? '')
      const schema = url.searchParams.get('schema') ?? 'public'
      url.search = ''
      const select = ['-c', `SET search_path TO "${schema}"`, '-c', queryInPage()]
      const load = async () => {
        const stdin = execFileSync('psql', ['--csv', '-q', url.href, ...select], { encoding: 'utf8' })
        const result = await cto(
          { ...db, stdin },
          'import',
          'csv',
          '-',
          '--type',
          'bugs',
          '--source',
          'tickets',
          '--json',
        )
        return reportIn(result)
      }
      expect(await load()).toMatchObject({ created: 2, rejected: 0 })
      expect(await load()).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
      expect(
        await db.sql(
          'SELECT external_id AS key, title, severity::text, status::text, created_at AS at FROM bugs ORDER BY external_id',
        ),
      ).toEqual([
        {
          key: '7',
          title: 'Login fails',
          severity: 'high',
          status: 'pending',
          at: new Date('2026-01-05T10:00:00Z'),
        },
        {
          key: '8',
          title: 'Refund, booked twice',
          severity: 'low',
          status: 'closed',
          at: new Date('2026-01-06T10:00:00Z'),
        },
      ])
    } finally {
      await db.sql('DROP TABLE tickets')
    }
  },
)
