import { randomUUID } from 'node:crypto'
import type { ProjectStatus } from '../../domain/project.js'
import type { Db } from '../client.js'
import { changeBatch, insertBatch, type Changed, type Importing, type ImportTable } from './import-table.js'

export interface ImportedProject {
  name: string
  /** Normalised. */
  githubUrl: string | null
  description: string | null
  demoUrl: string | null
  language: string | null
  tags: string[]
  stars: number | null
  forks: number | null
  lastCommit: Date | null
  status: ProjectStatus
  arr: string | null
  year1Revenue: string | null
  year3Revenue: string | null
  roiScore: string | null
  dcfValuation: string | null
  monthlyInfraCost: string | null
  tam: string | null
  sam: string | null
  somYear3: string | null
  tractionMrr: string | null
  marginPercent: string | null
  complexity: number | null
  clientAppeal: number | null
  currentMilestone: number
  totalMilestones: number
}

export const projectTable: ImportTable<
  keyof ImportedProject | 'id' | 'importId' | 'createdAt' | 'updatedAt'
> = {
  name: 'projects',
  columns: {
    id: ['id', 'uuid'],
    name: ['name', 'text'],
    githubUrl: ['github_url', 'text'],
    description: ['description', 'text'],
    demoUrl: ['demo_url', 'text'],
    language: ['language', 'text'],
    tags: ['tags', 'text[]'],
    stars: ['stars', 'integer'],
    forks: ['forks', 'integer'],
    lastCommit: ['last_commit', 'timestamptz'],
    status: ['status', '"ProjectStatus"'],
    arr: ['arr', 'numeric'],
    year1Revenue: ['year1_revenue', 'numeric'],
    year3Revenue: ['year3_revenue', 'numeric'],
    roiScore: ['roi_score', 'numeric'],
    dcfValuation: ['dcf_valuation', 'numeric'],
    monthlyInfraCost: ['monthly_infra_cost', 'numeric'],
    tam: ['tam', 'numeric'],
    sam: ['sam', 'numeric'],
    somYear3: ['som_year3', 'numeric'],
    tractionMrr: ['traction_mrr', 'numeric'],
    marginPercent: ['margin_percent', 'numeric'],
    complexity: ['complexity', 'integer'],
    clientAppeal: ['client_appeal', 'integer'],
    currentMilestone: ['current_milestone', 'integer'],
    totalMilestones: ['total_milestones', 'integer'],
    importId: ['import_id', 'uuid'],
    createdAt: ['created_at', 'timestamptz'],
    updatedAt: ['updated_at', 'timestamptz'],
  },
}

/** Ids by normalised URL. */
export async function findProjectsByUrl(tx: Db, urls: readonly string[]): Promise<Map<string, string>> {
  if (urls.length === 0) return new Map()
  const found = await tx.$queryRaw<{ url: string; id: string }[]>`
    SELECT github_url AS url, id::text FROM projects WHERE github_url = ANY(${[...urls]}::text[])`
  return new Map(found.map(({ url, id }) => [url, id]))
}

interface FindByName {
  names: readonly string[]
  /** Only those that no URL names. */
  withoutUrl?: boolean | undefined
}

/** Ids by name as it is spelled here, whatever its case there; of several projects with one name, the oldest. */
export async function findProjectsByName(
  tx: Db,
  { names, withoutUrl = false }: FindByName,
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map()
  const found = await tx.$queryRaw<{ name: string; id: string }[]>`
    SELECT DISTINCT ON (n.name) n.name, p.id::text
    FROM unnest(${[...names]}::text[]) AS n(name)
    JOIN projects p ON lower(p.name) = lower(n.name)
    WHERE NOT ${withoutUrl}::boolean OR p.github_url IS NULL
    ORDER BY n.name, p.created_at, p.id`
  return new Map(found.map(({ name, id }) => [name, id]))
}

/** What an import of its repository may have to keep of a project. */
export interface KnownProject {
  id: string
  githubUrl: string | null
  language: string | null
  lastCommit: Date | null
  status: ProjectStatus
}

/**
 * The project of a repository: the one with its URL, else the oldest of one of these names, unless a URL says that it is
 * another repository's.
 */
export async function findRepositoryProject(
  tx: Db,
  { names, githubUrl }: { names: readonly string[]; githubUrl: string | null },
): Promise<KnownProject | null> {
  const [project] = await tx.$queryRaw<KnownProject[]>`
    SELECT id::text, github_url AS "githubUrl", language, last_commit AS "lastCommit", status::text
    FROM projects
    WHERE github_url = ${githubUrl}::text
      OR lower(name) = ANY(${names.map((name) => name.toLowerCase())}::text[])
        AND (github_url IS NULL OR ${githubUrl}::text IS NULL)
    ORDER BY github_url IS NOT DISTINCT FROM ${githubUrl}::text DESC, created_at, id
    LIMIT 1`
  return project ?? null
}

/** Stores projects in their order. One that only bugs mention is a name, and nothing else is known of it. */
export async function createImportedProjects(
  tx: Db,
  projects: readonly (Pick<ImportedProject, 'name'> & Partial<ImportedProject>)[],
  { importId, actor: { now } }: Importing,
): Promise<void> {
  const rows = projects.map((project) => ({
    ...project,
    id: randomUUID(),
    importId,
    createdAt: now,
    updatedAt: now,
  }))
  await insertBatch(tx, projectTable, rows)
}

export interface ProjectChange {
  id: string
  /** The same fields in every change of a batch. */
  said: Partial<ImportedProject>
}

/** Brings projects up to what their source says; returns what that replaced. */
export async function changeImportedProjects(
  tx: Db,
  changes: readonly ProjectChange[],
  { actor }: Importing,
): Promise<Changed<keyof ImportedProject>[]> {
  return changeBatch(tx, projectTable, { changes, now: actor.now })
}
