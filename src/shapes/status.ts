import * as Type from 'typebox'
import { bugShape, personRefShape } from './bug.js'
import { importLogShape } from './import.js'
import { kpisShape } from './metric.js'
import { Count, Day, Id, Nullable } from './shape.js'

/** How much there is, and how fresh the figures are. */
const standing = {
  counts: Type.Object({ bugs: Count, openBugs: Count, projects: Count, users: Count }),
  /** Of the last snapshot of the portfolio. */
  lastSnapshot: Nullable(Day),
}

const lastImportShape = Type.Object({
  ...Type.Pick(importLogShape, ['id', 'source', 'state', 'recordsImported', 'recordsFailed', 'timestamp'])
    .properties,
  file: Nullable(Type.String()),
})

/** Where one is. */
export const statusShape = Type.Object({
  database: Type.Object({ engine: Type.String(), target: Type.String() }),
  /** Its domain; null if none is chosen. */
  workspace: Nullable(Type.String()),
  /** Null if the user is unknown. */
  user: Nullable(personRefShape),
  ...standing,
  lastImport: Nullable(lastImportShape),
})

/** What the demo leaves to look at. */
export const demoShape = Type.Object({
  kpis: kpisShape,
  /** Critical bugs that are open. */
  critical: Type.Array(bugShape),
  /** With its counts. */
  import: Type.Object(
    { importId: Nullable(Id), file: Type.String(), records: Count },
    { additionalProperties: Count },
  ),
  /** False where everything was there already. */
  stored: Type.Boolean(),
})

export type Status = Type.Static<typeof statusShape>
export type LastImport = Type.Static<typeof lastImportShape>
export type Standing = Pick<Status, 'counts' | 'lastSnapshot'>
