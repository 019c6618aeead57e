import type { BugFacts } from '../../domain/bug-change.js'
import { bugFields, type BugFactField } from '../../domain/bug-fields.js'
import { fieldsWith } from '../../domain/field.js'
import { tableOf } from '../../engine/table.js'

/** The table of bugs; its fields must be those of `bugFields`. */
export const bugTable = tableOf('bugs') satisfies { columns: Record<keyof typeof bugFields, unknown> }

/** Every fact of a bug. */
export const factFields: readonly (BugFactField & keyof BugFacts)[] = [
  ...fieldsWith(bugFields, { setBy: 'user' }),
  ...fieldsWith(bugFields, { setBy: 'rule' }),
]
