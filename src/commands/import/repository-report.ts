import type { CtoError } from '../../errors.js'
import type { Style } from '../../output/style.js'
import { visible } from '../../output/visible.js'
import { factsRead } from '../../views/delivery-sync.js'
import { sumOf } from './report.js'
import type { GithubReport, GitReport } from '../../shapes/repository-import.js'

type Report = GitReport | GithubReport

/** The report of a repository that could not be imported. */
export function failedReport(
  { code, message }: CtoError,
  { dryRun }: Pick<Report, 'dryRun'>,
): Omit<Report, 'detected'> {
  return {
    importId: null,
    dryRun,
    records: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    rejected: 0,
    skipped: 0,
    duplicates: 0,
    values: {},
    rejectsFile: null,
    timings: { readMs: 0, loadMs: 0 },
    failure: { code, message },
  }
}

/** The report as text: a line for each repository, and how the source's values were mapped. */
export function repositoryText(report: Report, style: Style, words: readonly [string, string]): string {
  const name = style.bold(visible(report.detected.repository))
  if (report.failure) return `${name}: ${style.danger('failed')}, ${visible(report.failure.message)}\n`
  const tables = Object.entries(report.values).map(([field, lines]) => {
    const words = lines
      .slice(0, mostWords)
      .map(({ from, to, count }) => `${from === null ? '(empty)' : visible(from)} → ${to} ${number(count)}×`)
    return `  ${field}: ${words.join(', ')}\n`
  })
  const delivery = 'delivery' in report && report.delivery ? `  ${factsRead(report.delivery)}\n` : ''
  const commits = 'commitCounts' in report ? commitsText(report) : ''
  const end = report.importId === null ? '' : `  ${style.dim(`import ${report.importId}`)}\n`
  return `${name}: ${sumOf(report, words)}\n${tables.join('')}${delivery}${commits}${end}`
}

/** `7 commits = 2 created + 5 unchanged`; empty without --commits. */
function commitsText({ storedCommits, commitCounts }: GitReport): string {
  if (storedCommits === null || commitCounts === null) return ''
  const counts = { records: storedCommits, ...commitCounts, rejected: 0, duplicates: 0 }
  return `  ${sumOf(counts, ['commit', 'commits'])}\n`
}

const mostWords = 8

function number(count: number): string {
  return count.toLocaleString('en')
}
