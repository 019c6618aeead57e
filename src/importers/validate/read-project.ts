import { normaliseGithubUrl, type ProjectStatus, projectStatuses } from '../../domain/project.js'
import { CtoError } from '../../errors.js'
import type { ImportedProject } from './imported.js'
import { readList } from './numbers.js'
import type { RowReader } from './row-reader.js'
import { guessProjectStatus } from './guess.js'
import { translator } from './translator.js'
import { projectStatusWords } from './words.js'

/** Reads projects; an archived one is deferred. */
export function projectReader(
  answers: ReadonlyMap<string, ProjectStatus>,
): (row: RowReader, key: string) => ImportedProject {
  const status = {
    translate: translator<ProjectStatus>([projectStatusWords], answers),
    absent: 'active' as const,
    choices: projectStatuses,
    guess: guessProjectStatus,
  }
  return (row, key) => {
    const archived = row.yesNo('archived') === true
    if (archived) row.remarks.words.push(['status', 'archived', 'deferred'])
    const name = row.requiredText('name')
    if (name !== '' && key === '') row.problem('E_REQUIRED', 'name', name, 'identifies no record')
    return {
      name,
      githubUrl: row.parsed('githubUrl', 'E_URL', 'not a repository on GitHub', githubUrlOrNull),
      description: row.text('description'),
      demoUrl: row.text('demoUrl'),
      language: row.text('language'),
      tags: readList(row.list('tags')),
      stars: row.count('stars'),
      forks: row.count('forks'),
      lastCommit: row.date('lastCommit'),
      status: archived ? 'deferred' : row.enumeration('status', status),
      ...figuresOf(row),
    }
  }
}

const money = { digits: 14, fraction: 2 }
const valuation = { digits: 18, fraction: 2 }
const ratio = { digits: 9, fraction: 4, negative: true }

/** The figures that only people supply. Milestones default to 0. */
function figuresOf(row: RowReader) {
  return {
    arr: row.decimal('arr', money),
    year1Revenue: row.decimal('year1Revenue', money),
    year3Revenue: row.decimal('year3Revenue', money),
    roiScore: row.decimal('roiScore', ratio),
    dcfValuation: row.decimal('dcfValuation', { ...valuation, negative: true }),
    monthlyInfraCost: row.decimal('monthlyInfraCost', money),
    tam: row.decimal('tam', valuation),
    sam: row.decimal('sam', valuation),
    somYear3: row.decimal('somYear3', valuation),
    tractionMrr: row.decimal('tractionMrr', money),
    marginPercent: row.decimal('marginPercent', ratio),
    complexity: row.count('complexity', { least: 1, most: 5 }),
    clientAppeal: row.count('clientAppeal', { most: 10 }),
    currentMilestone: row.count('currentMilestone') ?? 0,
    totalMilestones: row.count('totalMilestones') ?? 0,
  }
}

/** Null if the URL is not a repository on GitHub. */
export function githubUrlOrNull(text: string): string | null {
  try {
    return normaliseGithubUrl(text)
  } catch (error) {
    if (error instanceof CtoError) return null
    throw error
  }
}
