import { bugFields } from './bug-fields.js'
import type { FieldTable } from './field.js'
import { projectFields } from './project-fields.js'
import { userFields } from './user-fields.js'

/** The traits of a kind of record. */
interface KindTraits {
  /** Its word in the plural: the name of its group of commands, and of its records in files. */
  plural: string
  table: string
  /** What Prisma's schema cannot say of each field; absent where nothing follows from it. */
  fields?: FieldTable
  /** The field by which people name a record; null where records have no name. */
  nameField: string | null
  /** Files and trackers bring records. */
  importable?: true
  /** An import keeps the values that it replaces, and its undo restores them. */
  restorable?: true
  /** The shell completes names: the field that is shown next to its name. */
  completedWith?: string
  /** The table that keeps the changes of its records, and the field there that points to the record. */
  history?: { table: string; recordField: string }
}

/** Every kind of record, by the word that the audit log has for it. Whatever lists kinds derives from this. */
export const kinds = {
  bug: {
    plural: 'bugs',
    table: 'bugs',
    fields: bugFields,
    nameField: 'bugNumber',
    importable: true,
    restorable: true,
    completedWith: 'title',
    history: { table: 'bug_history', recordField: 'bugId' },
  },
  project: {
    plural: 'projects',
    table: 'projects',
    fields: projectFields,
    nameField: 'name',
    importable: true,
    restorable: true,
    completedWith: 'description',
  },
  user: {
    plural: 'users',
    table: 'users',
    fields: userFields,
    nameField: 'email',
    importable: true,
    completedWith: 'name',
  },
  import: { plural: 'imports', table: 'import_logs', nameField: null },
  session: { plural: 'sessions', table: 'metrics_sessions', nameField: null },
  dashboard: { plural: 'dashboards', table: 'dashboard_configs', nameField: null },
} as const satisfies Readonly<Record<string, KindTraits>>

export type Kind = keyof typeof kinds

/** The kinds that have a trait. */
type KindWith<Trait> = { [Name in Kind]: (typeof kinds)[Name] extends Trait ? Name : never }[Kind]

export const allKinds = Object.keys(kinds) as Kind[]

/**
 * What else the audit log is about: figures of a month or of a day, the database as a whole, and what lets programs in and
 * messages out.
 */
const otherEntities = [
  'monthlyMetrics',
  'portfolioMetrics',
  'database',
  'secret',
  'apiKey',
  'aiReview',
  'organization',
  'repository',
  'account',
  'deployment',
  'notificationRule',
] as const

export const auditedEntities = [...allKinds, ...otherEntities] as const
export type AuditedEntity = (typeof auditedEntities)[number]

export type NamedKind = KindWith<{ nameField: string }>
export const namedKinds = allKinds.filter((kind) => kinds[kind].nameField !== null) as NamedKind[]

export type CompletedKind = KindWith<{ completedWith: string }>
export const completedKinds = allKinds.filter((kind) => 'completedWith' in kinds[kind]) as CompletedKind[]

/** What the shell completes from the database beside the names of kinds: records by name or id, and words that records hold. */
const otherCompletedTypes = [
  ...[
    'import',
    'session',
    'dashboard',
    'organization',
    'repository',
    'account',
    'author',
    'pull-request',
    'issue',
  ],
  ...['deployment', 'review', 'rule', 'delivery', 'secret', 'api-key'],
  ...['tag', 'label', 'language', 'branch', 'environment', 'service', 'source', 'tool'],
] as const

export const storedTypes = [...completedKinds, ...otherCompletedTypes] as const
export type StoredType = (typeof storedTypes)[number]

/** What the shell completes, once it is looked up: also workspaces, of the registry, and profiles, of settings. */
export const completedTypes = [...storedTypes, 'workspace', 'profile'] as const
export type CompletedType = (typeof completedTypes)[number]

export type ImportableKind = KindWith<{ importable: true }>
export const importableKinds = allKinds.filter((kind) => 'importable' in kinds[kind]) as ImportableKind[]

/** The tables of records that an import can create. */
export type RecordTable = (typeof kinds)[ImportableKind]['table']
export const recordTables: readonly RecordTable[] = importableKinds.map((kind) => kinds[kind].table)

/** What an import reads: records, or figures of the days of projects. */
export type ImportType = RecordTable | 'metrics'
export const importTypes: readonly ImportType[] = [...recordTables, 'metrics']

/** The table that holds what an import reads. */
export function tableOfImport(type: ImportType): RecordTable | 'project_metrics' {
  return type === 'metrics' ? 'project_metrics' : type
}

export type RestorableKind = KindWith<{ restorable: true }>
export const restorableKinds = allKinds.filter((kind) => 'restorable' in kinds[kind]) as RestorableKind[]

/** Where the changes of a kind are kept; null where they are not. */
export function historyOf(kind: Kind): (typeof kinds)['bug']['history'] | null {
  const traits = kinds[kind]
  return 'history' in traits ? traits.history : null
}

/** The traits of the fields of a kind. */
export function fieldsOfKind(kind: NamedKind): FieldTable {
  return kinds[kind].fields
}
