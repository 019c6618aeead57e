import type { ForeignGrant } from '../../data/admin/ownership.js'

/** `write` is for other programs, `admin` for people who work with cto: their changes are audited too. */
export type Access = 'read' | 'write' | 'admin'

/** Every user of cto adds rows to it; none may change them. */
export const appendedTable = 'audit_log'

/** Tables that only cto itself writes. */
const readOnlyTables: readonly string[] = [appendedTable, '_prisma_migrations']

/** Tables that only their owner needs to read. */
const passwords: Readonly<Partial<Record<string, readonly string[]>>> = { users: ['password_hash'] }

/** Keys and secrets, which other programs neither read nor change. */
const credentials: Readonly<Partial<Record<string, readonly string[]>>> = {
  api_keys: ['hash'],
  secrets: ['ciphertext', 'nonce'],
}

export function hiddenColumns(table: string, access: Access): readonly string[] {
  return passwords[table] ?? (access === 'admin' ? undefined : credentials[table]) ?? []
}

/** Whether it may be given the right to change rows. */
export function mayChange(table: string, access: Access): boolean {
  if (access === 'read' || readOnlyTables.includes(table)) return false
  return access === 'admin' || credentials[table] === undefined
}

const reading = ['SELECT', 'USAGE']
const writing = ['INSERT', 'UPDATE', 'DELETE']

/** The rights that go beyond what `cto db grant` gives, each with its role and object. */
export function excessIn(grants: readonly ForeignGrant[]): (ForeignGrant & { excess: string[] })[] {
  const whoInserts = (into: string) =>
    grants
      .filter(({ table, privileges }) => table === into && privileges.includes('INSERT'))
      .map(({ grantee }) => grantee)
  const [intoBugs, intoAudit] = [whoInserts('bugs'), whoInserts(appendedTable)]
  // Who changes bugs may add to the audit log; who does both works with cto.
  const accessOf = (grantee: string): Access =>
    intoBugs.includes(grantee) && intoAudit.includes(grantee) ? 'admin' : 'write'
  return grants
    .map((grant) => ({ ...grant, excess: excessOf(grant, accessOf(grant.grantee)) }))
    .filter(({ excess }) => excess.length > 0)
}

function excessOf({ table, privileges }: ForeignGrant, access: Access): string[] {
  const hidden = hiddenColumns(table, access)
  return privileges.filter((privilege) => {
    if (table === appendedTable && privilege === 'INSERT') return access !== 'admin'
    const [, name = '', column] = /^(\w+)(?: \((.*)\))?$/.exec(privilege) ?? []
    if (column !== undefined && hidden.includes(column)) return true
    if (reading.includes(name)) return column === undefined && hidden.length > 0
    return !writing.includes(name) || !mayChange(table, access)
  })
}
