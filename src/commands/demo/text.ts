import type { Bug } from '../../data/bugs/bugs.js'
import type { DemoImport } from '../../samples/demo.js'
import type { Figure } from '../../domain/metric.js'
import type { RecordView } from '../../output/field.js'
import { renderPage } from '../../output/print.js'
import { plain } from '../../output/style.js'
import { criticalBugView } from '../../views/critical-bug.js'
import { figureView } from '../../views/figure.js'

/** What the demo leaves to look at. */
export interface Demo {
  kpis: Figure[]
  critical: Bug[]
  import: DemoImport
  /** False where everything was there already. */
  stored: boolean
}

interface Surroundings {
  target: string
  now: Date
  zone: string
  /** Columns of the terminal; null: none. */
  width: number | null
}

/** What the demo did, current figures, and what to try next: a page for newcomers. */
export async function demoText(demo: Demo, { target, now, zone, width }: Surroundings): Promise<string> {
  const table = <Row>(view: RecordView<Row>, data: readonly Row[]) =>
    renderPage(
      view,
      { data },
      { format: 'table', header: true, width, look: { now, zone, style: plain }, formulaGuard: false },
    )
  return [
    ...happened(demo),
    `They are in: ${target}\n`,
    'Current figures',
    await table(figureView, demo.kpis),
    'What hurts most: critical bugs that are open',
    await table(criticalBugView, demo.critical),
    'Try next',
    ...nextSteps(demo.critical[0]?.bugNumber ?? 'BUG-1001'),
  ].join('\n')
}

function nextSteps(bug: string): string[] {
  const steps = [
    ['cto bugs list', 'open bugs, the highest priority first'],
    [`cto bugs show ${bug}`, 'one of them, whole'],
    [`cto bugs assign ${bug} --to aiko`, 'assign it to a user'],
    ['cto metrics kpis --json', 'the figures, for a program'],
    ['cto db reset', 'delete the demo, then import your own'],
    ['cto import csv export.csv --type bugs', 'an export of your tracker'],
  ] as const
  const width = Math.max(...steps.map(([line]) => line.length))
  return [...steps.map(([line, what]) => `  ${line.padEnd(width)}   ${what}`), '']
}

function happened({ stored, import: { file, counts } }: Demo): string[] {
  return stored
    ? [
        'Six invented people, five projects and ten bugs were stored.',
        `${counts['created'] ?? 0} bugs were imported from ${file}, an export of Jira.`,
      ]
    : ['The demo data is there already; nothing was changed.']
}
