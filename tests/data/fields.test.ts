import { expect, test } from 'vitest'
import { fieldsOfKind, kinds, namedKinds } from '../../src/domain/kinds.js'
import { tableOf } from '../../src/engine/table.js'

test.each(namedKinds)('Every column of a %s has its traits, and no traits are without a column', (kind) => {
  const { columns } = tableOf(kinds[kind].table)
  expect(Object.keys(fieldsOfKind(kind)).sort()).toEqual(Object.keys(columns).sort())
})
