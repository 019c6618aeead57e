import {
  changeMetrics,
  createMetrics,
  findMetrics,
  type KnownMetrics,
  type StoredFigures,
} from '../../data/imports/import-metrics.js'
import { dayImageKey } from '../../data/imports/undo-days.js'
import { required } from '../../errors.js'
import type { ImportedMetrics } from '../validate/imported.js'
import type { RowProblem } from '../validate/problems.js'
import { findNamedProjects, findOrCreateNamedProjects } from './named-projects.js'
import type { RecordKind } from './record-kind.js'
import { RefusedRecords } from './refused-records.js'

/** Where the audit log keeps the days that an import changed. */
export const dayImages = { auditKey: dayImageKey, onlyIds: false }

/** Figures of the days of projects, identified by project and date. */
export const metricsKind: RecordKind<ImportedMetrics, KnownMetrics> = {
  table: 'metrics',
  images: dayImages,
  nameOf: ({ project, date }) => `${project} ${date}`,
  find: async (loading, records) => {
    const projects = await findNamedProjects(loading.tx, projectsIn(records))
    if (!loading.createUnknown) requireProjects(records, projects)
    const days = records.map(({ project, date }) => ({ projectId: projects.get(project) ?? null, date }))
    return findMetrics(loading.tx, days)
  },
  create: async (loading, records) => {
    const projects = await findOrCreateNamedProjects(loading, projectsIn(records))
    const days = records.map(({ project, ...figures }) => ({
      ...figures,
      projectId: required(projects.get(project), 'the project of a day'),
    }))
    await createMetrics(loading.tx, days, loading.importing)
  },
  change: async ({ tx }, matches) => {
    const changes = matches.map(({ record: { project, date, ...figures }, known }) => ({
      id: known.id,
      // What the file does not say stays.
      values: {
        commitsCount: figures.commitsCount ?? known.commitsCount,
        contributors: figures.contributors ?? known.contributors,
        linesOfCode: figures.linesOfCode ?? known.linesOfCode,
        techStack: figures.techStack ?? known.techStack,
        healthScore: figures.healthScore ?? known.healthScore,
      },
    }))
    const changed = new Set(await changeMetrics(tx, changes))
    return matches.flatMap(({ record, known: { id, ...before } }, index) => {
      const left = changes[index]?.values
      return changed.has(id) ? [{ id, before: { before, left }, fields: differences(record, before) }] : []
    })
  },
}

const figures = ['commitsCount', 'contributors', 'linesOfCode', 'techStack', 'healthScore'] as const

function differences(record: ImportedMetrics, known: StoredFigures): Record<string, [string | null, string]> {
  return Object.fromEntries(
    figures.flatMap((field) => {
      const [before, after] = [known[field], record[field]]
      const isSame = after === null || String(after) === String(before)
      return isSame ? [] : [[field, [before === null ? null : String(before), String(after)]] as const]
    }),
  )
}

function projectsIn(records: readonly ImportedMetrics[]): string[] {
  return [...new Set(records.map(({ project }) => project))]
}

function requireProjects(records: readonly ImportedMetrics[], known: ReadonlyMap<string, string>): void {
  const refused = new RefusedRecords()
  for (const record of records) {
    const problem: RowProblem = {
      code: 'E_RULE',
      field: 'project',
      column: null,
      value: record.project,
      reason: 'no such project',
    }
    if (!known.has(record.project)) refused.problems.set(record, problem)
  }
  if (refused.problems.size > 0) throw refused
}
