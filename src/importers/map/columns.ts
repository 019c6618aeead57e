import { plainBugFields } from '../../domain/bug-fields.js'
import { fieldsWith } from '../../domain/field.js'
import { projectFields } from '../../domain/project-fields.js'
import { tableOf, type Table } from '../../engine/table.js'
import { tableOfImport, type ImportType } from '../../domain/kinds.js'

/**
 * Our columns that a file can fill. Some have no field of their own: statusCategory and resolution help to
 * determine the status, blocks (links) helps to determine isBlocker, archived sets the status, utcOffset is the zone of the
 * row's times, dueDate and fixVersion become labels, and issueType and pullRequest serve to select records.
 */
export const ownColumns = {
  bugs: [
    'externalId',
    'externalUid',
    'externalUrl',
    'title',
    'description',
    'severity',
    'status',
    'statusCategory',
    'resolution',
    'assignee',
    'creator',
    'project',
    'createdAt',
    'updatedAt',
    'resolvedAt',
    'utcOffset',
    'estimatedHours',
    'actualHours',
    ...plainBugFields,
    'isBlocker',
    'labels',
    'dueDate',
    'fixVersion',
    'issueType',
    'blocks',
    'archived',
    'pullRequest',
  ],
  projects: [
    'name',
    'githubUrl',
    'description',
    'demoUrl',
    'language',
    'tags',
    'stars',
    'forks',
    'lastCommit',
    'status',
    'archived',
    ...fieldsWith(projectFields, { importable: 'plain' }),
  ],
  users: ['email', 'name', 'role', 'isActive'],
  metrics: ['project', 'date', 'commitsCount', 'contributors', 'linesOfCode', 'techStack', 'healthScore'],
} as const satisfies Record<ImportType, readonly string[]>

export type BugColumn = (typeof ownColumns.bugs)[number]
export type ProjectColumn = (typeof ownColumns.projects)[number]
export type UserColumn = (typeof ownColumns.users)[number]
export type MetricColumn = (typeof ownColumns.metrics)[number]
export type OwnColumn = BugColumn | ProjectColumn | UserColumn | MetricColumn

/** Columns that only help to determine another field. */
export const helperColumns: ReadonlySet<string> = new Set<OwnColumn>([
  'statusCategory',
  'resolution',
  'utcOffset',
  'blocks',
  'dueDate',
  'fixVersion',
  'issueType',
  'archived',
  'pullRequest',
])

/** The columns that hold a time, per type. */
export const dateColumns: Readonly<Record<ImportType, readonly OwnColumn[]>> = {
  bugs: ['createdAt', 'updatedAt', 'resolvedAt'],
  projects: ['lastCommit'],
  users: [],
  metrics: ['date'],
}

/** The columns that hold a number, which a locale writes in its own way: hours, money, ratios, counts. */
export const numberColumns: Readonly<Record<ImportType, readonly OwnColumn[]>> = {
  bugs: numbersOf('bugs'),
  projects: numbersOf('projects'),
  users: numbersOf('users'),
  metrics: numbersOf('metrics'),
}

function numbersOf(type: ImportType): OwnColumn[] {
  const { columns }: Table = tableOf(tableOfImport(type))
  return ownColumns[type].filter((column) => /^(?:numeric|integer|bigint)$/.test(columns[column]?.type ?? ''))
}

/** The columns that every record needs. */
export const requiredColumns: Readonly<Record<ImportType, readonly OwnColumn[]>> = {
  bugs: ['title'],
  projects: ['name'],
  users: ['email'],
  metrics: ['project', 'date'],
}
