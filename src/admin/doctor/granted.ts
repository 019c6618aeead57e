import type { ForeignGrant } from '../../data/admin/ownership.js'

/** Every user of cto adds rows to it; none may change them. */
export const appendedTable = 'audit_log'

/** Tables that only cto itself writes. */
export const readOnlyTables: readonly string[] = [appendedTable, '_prisma_migrations']

/** What no other role needs to read. */
export const hiddenColumns: Readonly<Partial<Record<string, readonly string[]>>> = {
  users: ['password_hash'],
}

const reading = ['SELECT', 'USAGE']
const writing = ['INSERT', 'UPDATE', 'DELETE']

/** The rights that go beyond what `cto db grant` gives, each with its role and object. */
export function excessIn(grants: readonly ForeignGrant[]): (ForeignGrant & { excess: string[] })[] {
  const workers = grants
    .filter(({ table, privileges }) => table === 'bugs' && privileges.includes('INSERT'))
    .map(({ grantee }) => grantee)
  return grants
    .map((grant) => ({ ...grant, excess: excessOf(grant, workers.includes(grant.grantee)) }))
    .filter(({ excess }) => excess.length > 0)
}

/** Who changes bugs may add to the audit log. */
function excessOf({ table, privileges }: ForeignGrant, changesBugs: boolean): string[] {
  const hidden = hiddenColumns[table] ?? []
  return privileges.filter((privilege) => {
    if (table === appendedTable && privilege === 'INSERT') return !changesBugs
    const [, name = '', column] = /^(\w+)(?: \((.*)\))?$/.exec(privilege) ?? []
    if (column !== undefined && hidden.includes(column)) return true
    if (reading.includes(name)) return column === undefined && hidden.length > 0
    return !writing.includes(name) || readOnlyTables.includes(table)
  })
}
