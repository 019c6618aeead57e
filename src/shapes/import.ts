import * as Type from 'typebox'
import { slaStarts } from '../domain/sla.js'
import { Count, Day, Id, Nullable, OneOf, Time } from './shape.js'

/** `interrupted`: it began, and its process ended before it did; of an import in one transaction nothing was kept. */
const importStates = ['running', 'done', 'failed', 'undone', 'interrupted'] as const

export type ImportState = (typeof importStates)[number]

/** What is known of an import before it begins. */
const importOriginShape = Type.Object({
  type: Type.String(),
  /** The file's own name, without its folder. */
  file: Type.String(),
  externalSource: Type.String(),
  preset: Type.String(),
  /** SHA-256 of the file; empty where it was not read to its end. */
  hash: Type.String(),
  /** The user's mapping of columns and values. */
  mapping: Type.Unknown(),
  /** When the SLA clocks of its open bugs start; absent: when they were created. */
  slaFrom: Type.Optional(OneOf(slaStarts)),
  /** The zone in which days and times without a zone were read; absent: there were none. */
  zone: Type.Optional(Type.String()),
})

/** As stored. Other programs' imports may know less of themselves, or more. */
const importMetadataShape = Type.Object(
  {
    ...Type.Partial(importOriginShape).properties,
    state: OneOf(['running', 'done', 'failed', 'undone']),
    counts: Type.Optional(Type.Record(Type.String(), Count)),
    /** Why it failed. */
    failure: Type.Optional(Type.String()),
    /** When it was undone, in whole or, as often as something of it was left, in part. */
    undoneAt: Type.Optional(Type.Array(Time)),
  },
  { additionalProperties: true },
)

/** One run of an import. */
export const importLogShape = Type.Object({
  id: Id,
  /** `git`: a clone, which the table keeps as manual. */
  source: OneOf(['csv', 'github', 'git', 'manual']),
  state: OneOf(importStates),
  /** Rows created and updated. */
  recordsImported: Count,
  /** Rows rejected. */
  recordsFailed: Count,
  /** The first hundred. */
  errors: Type.Array(Type.String()),
  metadata: Nullable(Type.Unsafe<ImportMetadata>(importMetadataShape)),
  timestamp: Time,
})

export type ImportLog = Type.Static<typeof importLogShape>
export type ImportOrigin = Type.Static<typeof importOriginShape>
export type ImportMetadata = Type.Static<typeof importMetadataShape> & Record<string, unknown>

/** What was found in a file. */
const detectedShape = Type.Object({
  encoding: Type.String(),
  delimiter: Type.String(),
  quote: Nullable(Type.String()),
  header: Type.Boolean(),
  skippedLines: Count,
  columns: Count,
  layout: Nullable(Type.String()),
  preset: Type.String(),
  runnerUp: Nullable(Type.String()),
  /** Our column → the headers it is read from. */
  mapping: Type.Record(Type.String(), Type.Array(Type.String())),
  dateFormats: Type.Record(Type.String(), Type.String()),
  /** The zone in which days and times without a zone are read; null if there are none. */
  zone: Nullable(Type.String()),
  unused: Type.Array(Type.String()),
})

export const valueLineShape = Type.Object({
  /** The source's word; null if it has none. */
  from: Nullable(Type.String()),
  to: Type.String(),
  /** The column that decided, where the word itself is unknown. */
  decidedBy: Type.Optional(Type.String()),
  count: Count,
})

const editsShape = Type.Object({
  fields: Count,
  /** The first hundred. */
  bugs: Type.Array(Type.Object({ bugNumber: Type.String(), fields: Type.Array(Type.String()) })),
})

/** What became of the records of an import; all but `records` add up to it. */
export const importCounts = {
  records: Count,
  created: Count,
  updated: Count,
  unchanged: Count,
  rejected: Count,
  skipped: Count,
  duplicates: Count,
}

/** What came of one file. */
const csvReportShape = Type.Object({
  /** Null after a dry run: there is no such import. */
  importId: Nullable(Id),
  dryRun: Type.Boolean(),
  detected: detectedShape,
  /** The zone in which the last import of the source read such times; null if none did, or in the same zone. */
  formerZone: Nullable(Type.String()),
  ...importCounts,
  /** Per field, the most frequent first. */
  values: Type.Record(Type.String(), Type.Array(valueLineShape)),
  /** Values that people had changed here, which the file replaced, or which stayed as --keep-local and --newer-only have it. */
  overwritten: editsShape,
  kept: editsShape,
  /** Records that differ but are no newer than what is known, and were not taken, as --newer-only has it. */
  older: Count,
  /** Bugs that have a new key in the source; the old one still finds them. */
  renamed: Count,
  /** Bugs that have lost their key to another bug. */
  released: Count,
  /** Closed months whose figures this import changed, which differ from the stored ones: `2026-10-01`. */
  closedMonths: Type.Array(Day),
  /** A path; null if nothing was rejected, or with --rejects none. */
  rejectsFile: Nullable(Type.String()),
  timings: Type.Object({ planMs: Count, loadMs: Count }),
})

/** What an import would do, as `import plan` writes it and `import apply` reads it. */
export const importPlanShape = Type.Object({
  version: Type.Literal(1),
  /** The path is absolute. */
  file: Type.Object({ path: Type.String(), sha256: Type.String() }),
  target: Type.String(),
  zone: Type.String(),
  madeAt: Time,
  options: Type.Record(Type.String(), Type.Unknown()),
  mapping: Type.Unknown(),
  /** SHA-256 of the people that --people named; null where there was none. */
  people: Nullable(Type.String()),
  /** Of the records and of the rows that they stand for. */
  fingerprint: Type.String(),
  ...csvReportShape.properties,
  changeCount: Count,
  /** The first thousand. */
  changes: Type.Array(
    Type.Object({
      action: OneOf(['create', 'update']),
      name: Type.String(),
      /** Before and after. */
      fields: Type.Record(
        Type.String(),
        Type.Unsafe<[string | null, string | null]>(Type.Array(Nullable(Type.String()))),
      ),
    }),
  ),
})

/** One file is one thing, several are a list; null where the rejected records took its place on stdout. */
export const csvReportsShape = Type.Union([csvReportShape, Type.Array(csvReportShape)])

export type Detected = Type.Static<typeof detectedShape>
const wordsShape = Type.Record(Type.String(), Type.Array(Type.String()))

/** How the exports of one tracker are understood. */
const importPresetShape = Type.Object({
  /** As --from takes it. */
  name: Type.String(),
  title: Type.String(),
  types: Type.Array(Type.String()),
  timesIn: OneOf(['hours', 'minutes', 'seconds', 'milliseconds']),
  /** The fields that its labels set. */
  labelsSay: Type.Array(Type.String()),
  /** By type: our column → its headers, the best first. */
  aliases: Type.Record(Type.String(), wordsShape),
  /** Ours → its words. */
  severities: wordsShape,
  statuses: wordsShape,
  /** Whether the value of an unknown status is read from its category, else from its resolution, the first that is known. */
  unknownStatusBy: Type.Array(OneOf(['statusCategory', 'resolution'])),
  /** Words of statuses that mean closed once the resolution is filled in, and what `statuses` has without one. */
  closedWhenResolved: Type.Array(Type.String()),
})

/** One that was named is one thing, all of them are a list. */
export const importPresetsShape = Type.Union([importPresetShape, Type.Array(importPresetShape)])

export const importTemplateShape = Type.Object({
  type: Type.String(),
  preset: Type.String(),
  columns: Type.Array(Type.String()),
  /** Something plausible in every column. */
  example: Type.Array(Type.String()),
})

export type ImportPreset = Type.Static<typeof importPresetShape>
export type ImportPlanDocument = Type.Static<typeof importPlanShape>
export type CsvReport = Type.Static<typeof csvReportShape>
export type ImportCounts = Type.Static<ReturnType<typeof Type.Object<typeof importCounts>>>

/** What an undo did. The names are those that other commands take. */
export const importUndoShape = Type.Object({
  importId: Id,
  dryRun: Type.Boolean(),
  deleted: Type.Object({
    bugs: Count,
    projects: Count,
    users: Count,
    projectMetrics: Count,
    sessions: Count,
    toolEvents: Count,
    /** Raw events of repositories. */
    events: Count,
    /** Of delivery: pull requests, reviews, comments, commits, issues, deployments, AI reviews. */
    facts: Count,
  }),
  restored: Type.Object({ bugs: Count, projects: Count, projectMetrics: Count }),
  /** Edited since, and therefore left as they are. */
  skipped: Type.Object({
    bugs: Type.Array(Type.String()),
    projects: Type.Array(Type.String()),
    users: Type.Array(Type.String()),
    /** `web 2026-01-31` */
    projectMetrics: Type.Array(Type.String()),
  }),
  /** Created by the import, and in use by something else now; events that a later import added to. */
  kept: Type.Object({ projects: Count, users: Count, toolEvents: Count }),
  /** The projects and the emails of the users that are in use. */
  keptNames: Type.Object({ projects: Type.Array(Type.String()), users: Type.Array(Type.String()) }),
  /** Closed months that the import had changed and whose stored figures differ from history now. */
  closedMonths: Type.Array(Day),
})

export type ImportUndo = Type.Static<typeof importUndoShape>
