import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeMetrics,
  createMetrics,
  findMetrics,
  type KnownMetrics,
  type StoredFigures,
} from '../../data/imports/import-metrics.js'
import {
  createImportedProjects,
  findProjectsByName,
  findProjectsByUrl,
} from '../../data/imports/import-projects.js'
import { dayImageKey } from '../../data/imports/undo-days.js'
import { required } from '../../errors.js'
import type { ImportedMetrics } from '../validate/imported.js'
import { githubUrlOrNull } from '../validate/read-project.js'
import type { RowProblem } from '../validate/problems.js'
import type { Loading } from './loading.js'
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
    const projects = await findProjects(loading, records)
    if (!loading.createUnknown) requireProjects(records, projects)
    const days = records.map(({ project, date }) => ({ projectId: projects.get(project) ?? null, date }))
    return findMetrics(loading.tx, days)
  },
  create: async (loading, records) => {
    const projects = await findOrCreateProjects(loading, records)
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

/** Ids by the name or address that the file gives. */
async function findProjects(
  { tx }: Pick<Loading, 'tx'>,
  records: readonly ImportedMetrics[],
): Promise<Map<string, string>> {
  const given = [...new Set(records.map(({ project }) => project))]
  const urls = new Map(given.map((project) => [project, githubUrlOrNull(project)]))
  const byUrl = await findProjectsByUrl(
    tx,
    [...urls.values()].filter((url) => url !== null),
  )
  const byName = await findProjectsByName(tx, {
    names: given.filter((project) => urls.get(project) === null),
  })
  return new Map(
    given.flatMap((project) => {
      const id = byName.get(project) ?? byUrl.get(urls.get(project) ?? '')
      return id === undefined ? [] : [[project, id] as const]
    }),
  )
}

async function findOrCreateProjects(
  loading: Loading,
  records: readonly ImportedMetrics[],
): Promise<Map<string, string>> {
  const { tx, importing, effects } = loading
  const known = await findProjects(loading, records)
  if (records.every(({ project }) => known.has(project))) return known
  await lockNames(tx)
  const present = await findProjects(loading, records)
  // Two spellings of one name or address are one project, with the first spelling.
  const missing = new Map<string, { name: string; githubUrl: string | null }>()
  for (const { project } of records) {
    const githubUrl = githubUrlOrNull(project)
    const key = githubUrl ?? project.toLowerCase()
    if (present.has(project) || missing.has(key)) continue
    missing.set(key, { name: githubUrl?.slice(githubUrl.lastIndexOf('/') + 1) ?? project, githubUrl })
  }
  await createImportedProjects(tx, [...missing.values()], importing)
  effects.projectsCreated += missing.size
  return findProjects(loading, records)
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
