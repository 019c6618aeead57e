import type { ForeignGrant } from '../../data/admin/ownership.js'

/** Tables that only cto itself writes. */
export const readOnlyTables: readonly string[] = ['audit_log', '_prisma_migrations']

/** What no other role needs to read. */
export const hiddenColumns: Readonly<Partial<Record<string, readonly string[]>>> = {
  users: ['password_hash'],
}

const reading = ['SELECT', 'USAGE']
const writing = ['INSERT', 'UPDATE', 'DELETE']

/** The rights that go beyond what `cto db grant --write` gives. */
export function excessOf({ table, privileges }: ForeignGrant): string[] {
  const hidden = hiddenColumns[table] ?? []
  return privileges.filter((privilege) => {
    const [, name = '', column] = /^(\w+)(?: \((.*)\))?$/.exec(privilege) ?? []
    if (column !== undefined && hidden.includes(column)) return true
    if (reading.includes(name)) return column === undefined && hidden.length > 0
    return !writing.includes(name) || readOnlyTables.includes(table)
  })
}
