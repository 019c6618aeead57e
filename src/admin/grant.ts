import type { Catalogue } from '../engine/schema/catalogue.js'
import type { Grant } from '../shapes/administration.js'
import { appendedTable, hiddenColumns, mayChange, type Access } from './doctor/granted.js'
import { tableAndPart } from './doctor/drift.js'

interface GrantOptions {
  /** As SQL spells it. */
  schema: string
  /** Of the migrations, as it is named. */
  recordTable: string
  access: Access
}

/** What a role needs to read everything but what is secret, to write too, or to work with cto; each with its object. */
export function grantsFor(catalogue: Catalogue, { schema, recordTable, access }: GrantOptions): Grant[] {
  const named = (kind: 'TABLE' | 'VIEW') =>
    catalogue.filter((each) => each.kind === kind).map(({ name }) => name)
  const relation = (name: string) => `TABLE ${schema}.${name}`
  const changesOf = (name: string) => {
    if (access === 'admin' && name === appendedTable) return ['INSERT']
    return mayChange(name, access) ? ['INSERT', 'UPDATE', 'DELETE'] : []
  }
  const tables = named('TABLE').map((name) => ({
    object: relation(name),
    privileges: privilegesOn(catalogue, {
      table: name,
      hidden: hiddenColumns(name, access),
      changes: changesOf(name),
    }).join(', '),
  }))
  return [
    { object: `SCHEMA ${schema}`, privileges: 'USAGE' },
    ...tables,
    ...[...named('VIEW'), recordTable].map((name) => ({ object: relation(name), privileges: 'SELECT' })),
    {
      object: `ALL SEQUENCES IN SCHEMA ${schema}`,
      privileges: sequencePrivileges[access],
    },
  ]
}

/** UPDATE is for the numbers that an import brings along. */
const sequencePrivileges: Record<Access, string> = {
  read: 'SELECT',
  write: 'SELECT, USAGE',
  admin: 'SELECT, USAGE, UPDATE',
}

export function grantStatement({ object, privileges }: Grant, role: string): string {
  return `GRANT ${privileges} ON ${object} TO ${role}`
}

interface GrantedTable {
  table: string
  hidden: readonly string[]
  changes: readonly string[]
}

function privilegesOn(catalogue: Catalogue, { table, hidden, changes }: GrantedTable): string[] {
  if (hidden.length === 0) return ['SELECT', ...changes]
  const columns = catalogue
    .filter(({ kind }) => kind === 'COLUMN')
    .map((column) => tableAndPart(column))
    .filter((column) => column.table === table && !hidden.includes(column.part))
    .map(({ part }) => part)
  // A row is deleted as a whole.
  return ['SELECT', ...changes].map((privilege) =>
    privilege === 'DELETE' ? privilege : `${privilege} (${columns.join(', ')})`,
  )
}
