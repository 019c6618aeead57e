/** What there is to know about a kind of record, beside its table and its fields. */
interface KindTraits {
  /** Its word in the plural: the name of its group of commands, and of its records in files. */
  plural: string
  table: string
  /** The column by which people name a record; null where records have no name. */
  nameColumn: string | null
  /** Whether the audit log names records by id, so that a record can be asked for. */
  audited?: true
  /** Files and trackers bring records. */
  importable?: true
  /** The shell completes names: the column that describes one beside its name. */
  completedWith?: string
}

/** Every kind of record, by the word that the audit log has for it. Whatever lists kinds derives from this. */
export const kinds = {
  bug: {
    plural: 'bugs',
    table: 'bugs',
    nameColumn: 'bug_number',
    audited: true,
    importable: true,
    completedWith: 'title',
  },
  project: {
    plural: 'projects',
    table: 'projects',
    nameColumn: 'name',
    audited: true,
    importable: true,
    completedWith: 'description',
  },
  user: {
    plural: 'users',
    table: 'users',
    nameColumn: 'email',
    audited: true,
    importable: true,
    completedWith: 'name',
  },
  import: { plural: 'imports', table: 'import_logs', nameColumn: null, audited: true },
  monthlyMetrics: { plural: 'monthly metrics', table: 'monthly_metrics', nameColumn: null },
  portfolioMetrics: { plural: 'portfolio metrics', table: 'portfolio_metrics', nameColumn: null },
} as const satisfies Readonly<Record<string, KindTraits>>

export type Kind = keyof typeof kinds

/** The kinds that have a trait. */
type KindWith<Trait> = { [Name in Kind]: (typeof kinds)[Name] extends Trait ? Name : never }[Kind]

export const allKinds = Object.keys(kinds) as Kind[]

export const namedKinds = allKinds.filter((kind) => kinds[kind].nameColumn !== null) as KindWith<{
  nameColumn: string
}>[]

export const auditedKinds = allKinds.filter((kind) => 'audited' in kinds[kind]) as KindWith<{
  audited: true
}>[]

export type CompletedKind = KindWith<{ completedWith: string }>
export const completedKinds = allKinds.filter((kind) => 'completedWith' in kinds[kind]) as CompletedKind[]

/** What the shell completes from the database: names of records, ids of imports, tags of projects. */
export const completedTypes = [...completedKinds, 'import', 'tag'] as const

type ImportableKind = KindWith<{ importable: true }>

/** What an import reads, and the table that holds it. */
export type ImportType = (typeof kinds)[ImportableKind]['table']
export const importTypes: readonly ImportType[] = (
  allKinds.filter((kind) => 'importable' in kinds[kind]) as ImportableKind[]
).map((kind) => kinds[kind].table)
