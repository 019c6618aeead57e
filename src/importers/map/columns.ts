import type { ImportType } from '../validate/imported.js'

/** Money, market and ratios of a project. */
const projectDecimals = [
  'arr',
  'year1Revenue',
  'year3Revenue',
  'roiScore',
  'dcfValuation',
  'monthlyInfraCost',
  'tam',
  'sam',
  'somYear3',
  'tractionMrr',
  'marginPercent',
] as const

/** The figures of a project that people enter: those, effort and milestones. */
const projectFigures = [
  ...projectDecimals,
  'complexity',
  'clientAppeal',
  'currentMilestone',
  'totalMilestones',
] as const

/**
 * The columns of ours that a file can fill. Some have no field of their own: statusCategory and resolution
 * help to find the status; blocks (links) and labels help to find isBlocker; archived sets a project's status.
 */
export const ownColumns = {
  bugs: [
    'externalId',
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
    'estimatedHours',
    'actualHours',
    'businessImpact',
    'revenueImpact',
    'isBlocker',
    'blocks',
    'labels',
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
    ...projectFigures,
  ],
  users: ['email', 'name', 'role'],
} as const satisfies Record<ImportType, readonly string[]>

export type BugColumn = (typeof ownColumns.bugs)[number]
export type ProjectColumn = (typeof ownColumns.projects)[number]
export type UserColumn = (typeof ownColumns.users)[number]
export type OwnColumn = BugColumn | ProjectColumn | UserColumn

/** Columns that only help to find a field of another name. */
export const helperColumns: ReadonlySet<string> = new Set<OwnColumn>([
  'statusCategory',
  'resolution',
  'blocks',
  'labels',
  'archived',
])

/** The columns that hold a time, per type. */
export const dateColumns: Readonly<Record<ImportType, readonly OwnColumn[]>> = {
  bugs: ['createdAt', 'updatedAt', 'resolvedAt'],
  projects: ['lastCommit'],
  users: [],
}

/** The columns that hold a decimal number: hours, money, ratios. */
export const decimalColumns: Readonly<Record<ImportType, readonly OwnColumn[]>> = {
  bugs: ['estimatedHours', 'actualHours', 'revenueImpact'],
  projects: projectDecimals,
  users: [],
}

/** Without these a record cannot exist. */
export const requiredColumns: Readonly<Record<ImportType, readonly OwnColumn[]>> = {
  bugs: ['title'],
  projects: ['name'],
  users: ['email'],
}
