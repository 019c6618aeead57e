import * as Type from 'typebox'
import { plans } from '../domain/workspace.js'
import { Count, Id, Nullable, OneOf, Time } from './shape.js'

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Names = Type.Array(Type.String({ minLength: 1 }))

const tableHead = {
  columns: Names,
  /** As `format_type` prints them. */
  types: Names,
  /** Columns by which the rows are ordered; texts by their bytes. */
  order: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
}

/** How a workspace was registered when it was archived. */
const archivedWorkspaceShape = Type.Object({
  domain: Type.String(),
  name: Type.String(),
  plan: OneOf(plans),
  /** Of its own, in place of those of the plan. */
  limits: Type.Optional(Type.Record(Type.String(), Nullable(Count))),
  metadata: Type.Record(Type.String(), Type.Unknown()),
})

const head = {
  format: Type.Literal(1),
  id: Id,
  /** `cto/<version>` */
  tool: Type.String(),
  /** ISO 8601, UTC. */
  createdAt: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
  name: Type.String(),
  /** Absent where the tables were in none, and in archives of older versions. */
  workspace: Type.Optional(archivedWorkspaceShape),
  engine: OneOf(['embedded', 'postgresql'] as const),
  serverVersion: Type.String(),
  migrations: Type.Array(Type.Object({ name: Type.String(), checksum: Sha256 })),
  sequences: Type.Array(
    Type.Object({
      name: Type.String(),
      last: Type.String({ pattern: '^-?\\d{1,19}$' }),
      isCalled: Type.Boolean(),
    }),
  ),
  /** Tables that were left out. */
  excluded: Names,
}

/** header.json, the first member of an archive. */
export const archiveHeaderShape = Type.Object({
  ...head,
  /** By name, those first to which others point. */
  tables: Type.Record(Type.String(), Type.Object(tableHead)),
})

const tableInManifestShape = Type.Object({
  ...tableHead,
  rows: Count,
  /** Of its COPY text. */
  bytes: Count,
  /** Of its COPY text: equal rows have equal sums. */
  sha256: Sha256,
  pieces: Count,
})

/** manifest.json, the last member. */
export const archiveManifestShape = Type.Object({
  ...head,
  tables: Type.Record(Type.String(), tableInManifestShape),
  /** Null for tables of an older version. */
  figures: Nullable(Type.Object({ kpis: Type.Object({}), month: Type.Object({}) })),
  /** Every other member, in order. */
  members: Type.Array(Type.Object({ name: Type.String(), bytes: Count, sha256: Sha256 })),
  /** Of this file without the digest. */
  digest: Sha256,
})

/** What `db backup` wrote, or found in a folder. */
export const backupShape = Type.Object({
  /** Its path; `-` is standard output. */
  file: Type.String(),
  name: Type.String(),
  /** Null where it cannot be read: encrypted, or damaged. */
  id: Nullable(Id),
  createdAt: Time,
  bytes: Count,
  rows: Nullable(Count),
  encrypted: Type.Boolean(),
  /** Whether tables were left out. */
  partial: Type.Boolean(),
  verifiedAt: Nullable(Time),
  /** Why it is kept, or that it was removed; null where no `--keep` asks. */
  reason: Nullable(Type.String()),
})

export const archiveCheckShape = Type.Object({
  /** `archive`, `rows of bugs`, `constraints`, `figures` */
  check: Type.String(),
  ok: Type.Boolean(),
  expected: Type.String(),
  found: Type.String(),
})

const levels = ['quick', 'restored'] as const

export const archiveVerificationShape = Type.Object({
  ok: Type.Boolean(),
  /** `quick`: read and compared; `restored`: also restored, read back, and compared. */
  level: OneOf(levels),
  checks: Type.Array(archiveCheckShape),
})

/** A table that was restored or copied. */
export const restoredTableShape = Type.Object({ table: Type.String(), rows: Count })

/** What `db restore` and `db copy` did. */
export const restorationShape = Type.Object({
  /** Of the archive. */
  id: Id,
  tables: Type.Array(restoredTableShape),
  /** Migrations that were applied after the rows were stored: the archive was older. */
  migrated: Names,
  /** The archive of what was replaced; null where nothing was, or none was wanted. */
  safetyBackup: Nullable(Type.String()),
  durationMs: Type.Number({ minimum: 0 }),
})

/** Rows of one year that `db prune` deleted. */
export const prunedRowsShape = Type.Object({ table: Type.String(), year: Type.Integer(), rows: Count })

export type PrunedRows = Type.Static<typeof prunedRowsShape>
export type ArchivedWorkspace = Type.Static<typeof archivedWorkspaceShape>
export type ArchiveHeader = Type.Static<typeof archiveHeaderShape>
export type ArchiveManifest = Type.Static<typeof archiveManifestShape>
export type TableInManifest = Type.Static<typeof tableInManifestShape>
export type ArchiveCheck = Type.Static<typeof archiveCheckShape>
export type ArchiveVerification = Type.Static<typeof archiveVerificationShape>
export type RestoredTable = Type.Static<typeof restoredTableShape>
export type Restoration = Type.Static<typeof restorationShape>
export type Backup = Type.Static<typeof backupShape>
