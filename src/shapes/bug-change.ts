import * as Type from 'typebox'
import { personRefShape } from './bug.js'
import { Id, Nullable, Time } from './shape.js'

/** A change of one field of a bug, as its history keeps it; a note without a change has the field `note`. */
export const bugChangeShape = Type.Object({
  id: Id,
  bugId: Id,
  bugNumber: Type.String(),
  fieldChanged: Type.String(),
  /** Ids of people and projects; everything else as JSON prints the field. */
  oldValue: Nullable(Type.String()),
  newValue: Nullable(Type.String()),
  /** The same with the email of a person and the name of a project; null where they are gone. */
  oldName: Nullable(Type.String()),
  newName: Nullable(Type.String()),
  note: Nullable(Type.String()),
  changedById: Nullable(Id),
  changedBy: Nullable(personRefShape),
  changedAt: Time,
  importId: Nullable(Id),
})

export type BugChangeRow = Type.Static<typeof bugChangeShape>
