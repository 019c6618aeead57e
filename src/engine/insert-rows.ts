import type { Db } from './client.js'
import { Prisma } from './generated/client.js'

type Table = 'users' | 'projects' | 'bugs' | 'bug_history' | 'project_metrics' | 'import_logs' | 'audit_log'

/**
 * Any number of rows in one statement and one parameter, in their order. Fields are those of the Prisma schema; what no
 * row names keeps its default. All rows must have the fields of the first.
 */
export async function insertRows(tx: Db, table: Table, rows: readonly object[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = Prisma.raw(Object.keys(first).map(columnOf).join(', '))
  const named = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([field, value]) => [columnOf(field), value as unknown])),
  )
  await tx.$executeRaw`
    INSERT INTO ${Prisma.raw(table)} (${columns})
    SELECT ${columns}
    FROM json_populate_recordset(NULL::${Prisma.raw(table)}, ${JSON.stringify(named)}::json)`
}

/** `year1Revenue` → `year1_revenue`. */
function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
