import { expect, test } from 'vitest'
import { dayMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, changeBug, hoursAgo } from '../../helpers/factories.js'

const db = useDatabase()

async function healths(): Promise<Record<string, number | null>> {
  const rows = await db.sql<{ name: string; health: number | null }>(
    'SELECT p.name, m.health_score AS health FROM project_metrics m JOIN projects p ON p.id = m.project_id ORDER BY m.date',
  )
  return Object.fromEntries(rows.map(({ name, health }) => [name, health]))
}

/** Half of everything; a repository alone; and one of which nothing is known. */
async function addExample(): Promise<void> {
  const commit = (days: number) => new Date(now.getTime() - days * dayMs)
  const web = await addProject(db, 'web', { lastCommit: commit(45) })
  await addProject(db, 'library', { lastCommit: commit(0) })
  await addProject(db, 'idea')
  await addBug(db, { projectId: web.id, severity: 'critical', at: hoursAgo(10) })
  await addBug(db, { projectId: web.id, severity: 'low', at: hoursAgo(10) })
  const kept = await addBug(db, { projectId: web.id, severity: 'low', at: hoursAgo(10) })
  await changeBug(db, kept, { status: 'closed', at: hoursAgo(5) })
}

test('a snapshot writes the health of each project of which something is known', async () => {
  await addExample()
  expect(await cto(db, 'metrics', 'snapshot')).toMatchObject({ exitCode: 0 })
  // web: 1 of 2 SLAs kept, 1 of 2 open bugs late, 1 of 2 critical, the last commit 45 of 90 days ago.
  expect(await healths()).toEqual({ web: 50, library: 100 })
  expect(await cto(db, 'metrics', 'snapshot')).toMatchObject({ exitCode: 0 })
  expect(await db.sql('SELECT FROM project_metrics')).toHaveLength(2)
})

test('explain shows the terms, and the mean over the projects', async () => {
  await addExample()
  const { stdout } = await cto(db, 'metrics', 'explain', 'project.health', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    data: {
      value: 75,
      unit: 'points',
      n: 2,
      terms: [
        { project: 'web', healthScore: 50, slaKept: 0.5, onTime: 0.5, notCritical: 0.5, recent: 0.5 },
        { project: 'library', healthScore: 100, slaKept: null, onTime: null, notCritical: null, recent: 1 },
        { project: 'idea', healthScore: null, slaKept: null, onTime: null, notCritical: null, recent: null },
      ],
    },
  })
  const card = await cto({ ...db, terminal: 120 }, 'metrics', 'explain', 'project.health')
  expect(card.stdout).toContain(
    'web 50 = 0.4 × 0.50 SLA kept + 0.3 × 0.50 not late + 0.2 × 0.50 not critical + 0.1 × 0.50 recent',
  )
})

test('a value that an import brought stays; lines and languages of the day before are carried on', async () => {
  await addExample()
  const [web, library] = await db.sql<{ id: string }>('SELECT id FROM projects ORDER BY name DESC')
  const [log] = await db.sql<{ id: string }>(`INSERT INTO import_logs (source) VALUES ('csv') RETURNING id`)
  await db.sql(
    `INSERT INTO project_metrics (project_id, date, lines_of_code, tech_stack, health_score, import_id) VALUES
       ($1, '2026-03-02', 10, '{}', 7, $3), ($2, '2026-03-01', 900, '{Go}', NULL, $3)`,
    [web?.id, library?.id, log?.id],
  )
  await cto(db, 'metrics', 'snapshot')
  expect(
    await db.sql(
      'SELECT date::text, lines_of_code::int AS lines, tech_stack AS stack, health_score AS health FROM project_metrics ORDER BY date, health_score',
    ),
  ).toEqual([
    { date: '2026-03-01', lines: 900, stack: ['Go'], health: null },
    { date: '2026-03-02', lines: 10, stack: [], health: 7 },
    { date: '2026-03-02', lines: 900, stack: ['Go'], health: 100 },
  ])
})
