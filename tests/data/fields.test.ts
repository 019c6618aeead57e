import { expect, test } from 'vitest'
import { bugFields } from '../../src/domain/bug-fields.js'
import { projectFields } from '../../src/domain/project-fields.js'
import { userFields } from '../../src/domain/user-fields.js'
import { tableOf } from '../../src/engine/table.js'

test.each([
  ['bugs', bugFields],
  ['projects', projectFields],
  ['users', userFields],
] as const)('Every column of %s has its traits, and no traits are without a column', (table, fields) => {
  expect(Object.keys(fields).sort()).toEqual(Object.keys(tableOf(table).columns).sort())
})
