import { normaliseGithubUrl, type ProjectStatus } from '../../../domain/project.js'
import { CtoError } from '../../../errors.js'
import type { ImportedProject } from './imported.js'
import { readCount, readList, readYesNo } from './numbers.js'
import type { RowReader } from './row-reader.js'
import { guessStatus, projectStatusWords, translator } from './values.js'

/** Reads projects; an archived one is deferred. */
export function projectReader(
  answers: ReadonlyMap<string, ProjectStatus>,
): (row: RowReader) => ImportedProject {
  const status = {
    translate: translator<ProjectStatus>([projectStatusWords], answers),
    absent: 'active' as const,
    suggest: (word: string) => (guessStatus(word) === 'shipped' ? 'shipped' : 'active'),
  }
  return (row) => {
    const archived = row.parsed('archived', 'E_BOOLEAN', 'neither yes nor no', readYesNo) === true
    const said = row.enumeration('status', status)
    return {
      name: row.requiredText('name'),
      githubUrl: row.parsed('githubUrl', 'E_URL', 'not a repository on GitHub', githubUrlOrNull),
      description: row.text('description'),
      demoUrl: row.text('demoUrl'),
      language: row.text('language'),
      tags: readList(row.list('tags')),
      stars: row.parsed('stars', 'E_NUMBER', 'not a whole number', readCount),
      forks: row.parsed('forks', 'E_NUMBER', 'not a whole number', readCount),
      lastCommit: row.date('lastCommit'),
      status: archived ? 'deferred' : said,
    }
  }
}

/** Null for what is not a repository on GitHub. */
export function githubUrlOrNull(text: string): string | null {
  try {
    return normaliseGithubUrl(text)
  } catch (error) {
    if (error instanceof CtoError) return null
    throw error
  }
}
