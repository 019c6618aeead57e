import * as Type from 'typebox'
import { bugShape } from './bug.js'
import { Nullable, OneOf } from './shape.js'

/** What became of one of several bugs that a command was to change one by one. */
export const bugResultShape = Type.Object({
  /** Its number; as it was named where there is none. */
  name: Type.String(),
  result: OneOf(['done', 'unchanged', 'failed']),
  /** As it is now; null where there is none of that name. */
  bug: Nullable(bugShape),
  error: Nullable(
    Type.Object({ code: Type.String(), message: Type.String(), hint: Nullable(Type.String()) }),
  ),
})

export type BugResult = Type.Static<typeof bugResultShape>
