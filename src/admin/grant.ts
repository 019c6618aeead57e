import type { Catalogue } from '../engine/schema/catalogue.js'
import type { Grant } from '../shapes/administration.js'
import { appendedTable, hiddenColumns, readOnlyTables } from './doctor/granted.js'
import { tableAndPart } from './doctor/drift.js'

/** `write` is for other programs, `admin` for people who work with cto: their changes are audited too. */
type Access = 'read' | 'write' | 'admin'

interface GrantOptions {
  /** As SQL spells it. */
  schema: string
  /** Of the migrations, as it is named. */
  recordTable: string
  access: Access
}

/** What a role needs to read everything but password hashes, to write too, or to work with cto; each with its object. */
export function grantsFor(catalogue: Catalogue, { schema, recordTable, access }: GrantOptions): Grant[] {
  const named = (kind: 'TABLE' | 'VIEW') =>
    catalogue.filter((each) => each.kind === kind).map(({ name }) => name)
  const relation = (name: string) => `TABLE ${schema}.${name}`
  const changes = access === 'read' ? [] : ['INSERT', 'UPDATE', 'DELETE']
  const changesOf = (name: string) => {
    if (access === 'admin' && name === appendedTable) return ['INSERT']
    return readOnlyTables.includes(name) ? [] : changes
  }
  const tables = named('TABLE').map((name) => ({
    object: relation(name),
    privileges: privilegesOn(name, catalogue, changesOf(name)).join(', '),
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

function privilegesOn(table: string, catalogue: Catalogue, changes: readonly string[]): string[] {
  const hidden = hiddenColumns[table]
  if (hidden === undefined) return ['SELECT', ...changes]
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
