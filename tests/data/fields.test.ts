import { expect, test } from 'vitest'
import { countedTables } from '../../src/domain/counted-tables.js'
import { fieldsOfKind, kinds, namedKinds } from '../../src/domain/kinds.js'
import { allTables, shownFields, tableOf, type Table } from '../../src/engine/table.js'
import { shapes } from '../../src/shapes/index.js'

test.each(namedKinds)('Every column of a %s has its traits, and no traits are without a column', (kind) => {
  const { columns } = tableOf(kinds[kind].table)
  expect(Object.keys(fieldsOfKind(kind)).sort()).toEqual(Object.keys(columns).sort())
})

test.each(namedKinds)('The JSON of a %s has the fields that its traits do not hide', (kind) => {
  const table: Table = tableOf(kinds[kind].table)
  const printed = Object.keys(shapes[kind].properties).filter((name) => name in table.columns)
  expect(printed.sort()).toEqual(shownFields(table, fieldsOfKind(kind)).sort())
})

test('Rows are counted in every table but settings, the audit log and measured sizes', () => {
  const uncounted = allTables.map(({ name }) => name).filter((name) => !countedTables.includes(name as never))
  expect(uncounted.sort()).toEqual(['audit_log', 'settings', 'table_sizes'])
})
