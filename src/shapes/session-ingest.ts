import * as Type from 'typebox'
import { Count, Id, Nullable } from './shape.js'

/** What came of the files of one format. records = counted + duplicates + rejected + skipped. */
const ingestReportShape = Type.Object({
  /** Null after a dry run. */
  importId: Nullable(Id),
  dryRun: Type.Boolean(),
  detected: Type.Object({ format: Type.String(), files: Count }),
  records: Count,
  /** Events that were unknown. */
  counted: Count,
  /** Events that were known. */
  duplicates: Count,
  rejected: Count,
  /** Lines without an event. */
  skipped: Count,
  /** Of them: messages that are not complete yet. */
  waiting: Count,
  /** Known events to which a duplicate added something. */
  raised: Count,
  sessionsCreated: Type.Integer(),
  /** The first hundred rejected records: file, if there are several, record, reason. */
  problems: Type.Array(Type.String()),
  timings: Type.Object({ loadMs: Count }),
})

/** Files of one format give one report, of several formats a list. */
export const ingestReportsShape = Type.Union([ingestReportShape, Type.Array(ingestReportShape)])

export type IngestReport = Type.Static<typeof ingestReportShape>
