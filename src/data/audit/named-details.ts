import type { AuditEntry } from '../../shapes/audit.js'
import { kinds, namedKinds } from '../../domain/kinds.js'
import type { Db } from '../../engine/client.js'
import type { List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import { columnOf } from '../../engine/table.js'

/** The same rows for people: in the details stands the name of each record that still exists, not its id. */
export function withNamedDetails(list: List<AuditEntry>): List<AuditEntry> {
  return { ...list, complete: nameDetails }
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

async function nameDetails(db: Db, entries: readonly AuditEntry[]): Promise<AuditEntry[]> {
  const texts = entries.map(({ details }) => JSON.stringify(details ?? null))
  const names = await namesOf(db, [...new Set(texts.flatMap((text) => text.match(uuid) ?? []))])
  return entries.map((entry, index) => ({
    ...entry,
    details: JSON.parse(
      (texts[index] ?? 'null').replace(uuid, (id) => JSON.stringify(names.get(id) ?? id).slice(1, -1)),
    ) as unknown,
  }))
}

async function namesOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const selects = namedKinds.map((kind) => {
    const { table, nameField } = kinds[kind]
    const named = Prisma.raw(
      `SELECT id::text, ${columnOf(table, nameField)} AS name FROM ${table} WHERE id =`,
    )
    return Prisma.sql`${named} ANY(${[...ids]}::uuid[])`
  })
  const rows = await db.$queryRaw<{ id: string; name: string }[]>`${Prisma.join(selects, ' UNION ALL ')}`
  return new Map(rows.map(({ id, name }) => [id, name]))
}
