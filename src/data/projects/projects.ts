import { severities, statuses } from '../../domain/bug.js'
import type { ProjectStatus } from '../../domain/project.js'
import type { Project } from '../../shapes/project.js'
import { bugIsLate, bugIsOpen } from '../bugs/bug-predicates.js'
import { Prisma } from '../../engine/generated/client.js'
import { allOf, filtersOf, type Conditions, type FilterWords, type List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'

export type { Project }

/** What people and imports set. */
export type ProjectFields = Omit<
  Project,
  'id' | 'importId' | 'createdAt' | 'updatedAt' | 'bugs' | 'latestMetrics'
>

export interface ProjectFilter {
  /** Absent: every status. */
  status?: readonly ProjectStatus[] | undefined
  language?: readonly string[] | undefined
  tag?: readonly string[] | undefined
  /** A substring of name or description, whatever the case. */
  text?: string | undefined
  ids?: readonly string[] | undefined
}

interface ProjectList {
  filter: ProjectFilter
  words?: FilterWords
  /** The moment at which SLA breaches are judged. */
  now: Date
}

const text = Prisma.sql`text`
const moment = Prisma.sql`timestamptz`
const amount = Prisma.sql`numeric`
const integer = Prisma.sql`integer`

/** By JSON field name. */
const sortable: Record<string, Sortable> = {
  name: { sql: Prisma.sql`p.name`, type: text, nullable: false },
  status: { sql: Prisma.sql`p.status`, type: Prisma.sql`"ProjectStatus"`, nullable: false },
  language: { sql: Prisma.sql`p.language`, type: text, nullable: true },
  stars: { sql: Prisma.sql`p.stars`, type: integer, nullable: true },
  forks: { sql: Prisma.sql`p.forks`, type: integer, nullable: true },
  lastCommit: { sql: Prisma.sql`p.last_commit`, type: moment, nullable: true },
  arr: { sql: Prisma.sql`p.arr`, type: amount, nullable: true },
  year1Revenue: { sql: Prisma.sql`p.year1_revenue`, type: amount, nullable: true },
  year3Revenue: { sql: Prisma.sql`p.year3_revenue`, type: amount, nullable: true },
  roiScore: { sql: Prisma.sql`p.roi_score`, type: amount, nullable: true },
  dcfValuation: { sql: Prisma.sql`p.dcf_valuation`, type: amount, nullable: true },
  monthlyInfraCost: { sql: Prisma.sql`p.monthly_infra_cost`, type: amount, nullable: true },
  marginPercent: { sql: Prisma.sql`p.margin_percent`, type: amount, nullable: true },
  complexity: { sql: Prisma.sql`p.complexity`, type: integer, nullable: true },
  clientAppeal: { sql: Prisma.sql`p.client_appeal`, type: integer, nullable: true },
  createdAt: { sql: Prisma.sql`p.created_at`, type: moment, nullable: false },
  updatedAt: { sql: Prisma.sql`p.updated_at`, type: moment, nullable: false },
}

export const projectSortFields = Object.keys(sortable)

/** The best return first, then by name. PostgreSQL counts the bugs of a page's rows alone, behind LIMIT. */
export function projectList({ filter, now, words = {} }: ProjectList): List<Project> {
  const conditions = eachCondition(filter)
  return {
    columns: Prisma.sql`${projectColumns}, ${bugStatistics(now)} AS bugs, ${latestMetrics} AS "latestMetrics"`,
    from: Prisma.sql`projects p`,
    where: allOf(conditions),
    filters: filtersOf(conditions, words),
    sortable,
    order: [
      { field: 'roiScore', descending: true },
      { field: 'name', descending: false },
    ],
    id: { sql: Prisma.sql`p.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

/** Of `projects p`; amounts as text, since a float would lose cents. */
export const projectColumns = Prisma.sql`
  p.id::text, p.name, p.description, p.github_url AS "githubUrl", p.demo_url AS "demoUrl", p.language, p.tags,
  p.stars, p.forks, p.last_commit AS "lastCommit", p.status::text,
  p.arr::text, p.year1_revenue::text AS "year1Revenue", p.year3_revenue::text AS "year3Revenue",
  p.roi_score::text AS "roiScore", p.dcf_valuation::text AS "dcfValuation",
  p.monthly_infra_cost::text AS "monthlyInfraCost",
  p.tam::text, p.sam::text, p.som_year3::text AS "somYear3", p.traction_mrr::text AS "tractionMrr",
  p.margin_percent::text AS "marginPercent", p.complexity, p.client_appeal AS "clientAppeal",
  p.current_milestone AS "currentMilestone", p.total_milestones AS "totalMilestones",
  p.import_id::text AS "importId", p.created_at AS "createdAt", p.updated_at AS "updatedAt"`

const latestMetrics = Prisma.sql`(
  SELECT jsonb_build_object(
    'date', m.date, 'commitsCount', m.commits_count, 'contributors', m.contributors,
    'linesOfCode', m.lines_of_code, 'techStack', m.tech_stack, 'healthScore', m.health_score)
  FROM project_metrics m
  WHERE m.project_id = p.id
  ORDER BY m.date DESC
  LIMIT 1)`

function eachCondition({ status, language, tag, text, ids }: ProjectFilter): Conditions {
  const pattern = `%${(text ?? '').replace(/[\\%_]/g, '\\$&')}%`
  return {
    status: status && Prisma.sql`p.status::text = ANY(${[...status]}::text[])`,
    language:
      language && Prisma.sql`lower(p.language) = ANY(${language.map((each) => each.toLowerCase())}::text[])`,
    tag: tag && Prisma.sql`p.tags && ${[...tag]}::text[]`,
    text: text ? Prisma.sql`(p.name ILIKE ${pattern} OR p.description ILIKE ${pattern})` : undefined,
    ids: ids && Prisma.sql`p.id = ANY(${[...ids]}::uuid[])`,
  }
}

/**
 * Counted for the rows of the page alone, and read off two indexes: open bugs by project, statuses by project. Every bug
 * that a project ever had is in the second: grouped, they take half the time of a FILTER for each status.
 */
function bugStatistics(now: Date): Prisma.Sql {
  const bySeverity = severities.map((each) => `'${each}', count(*) FILTER (WHERE b.severity = '${each}')`)
  return Prisma.sql`(
    SELECT jsonb_build_object(
      'open', count(*),
      'bySeverity', jsonb_build_object(${Prisma.raw(bySeverity.join(', '))}),
      'revenueAtRisk', sum(b.revenue_impact)::numeric(18, 2)::text,
      'slaBreaches', count(*) FILTER (WHERE ${bugIsLate(now)}))
    FROM bugs b
    WHERE b.project_id = p.id AND ${bugIsOpen}
  ) || (
    SELECT jsonb_build_object('byStatus', ${noneOf(statuses)} || coalesce(jsonb_object_agg(s.status, s.n), '{}'))
    FROM (SELECT b.status, count(*) AS n FROM bugs b WHERE b.project_id = p.id GROUP BY b.status) s
  )`
}

function noneOf(words: readonly string[]): Prisma.Sql {
  return Prisma.raw(`'${JSON.stringify(Object.fromEntries(words.map((word) => [word, 0])))}'::jsonb`)
}
