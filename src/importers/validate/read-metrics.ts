import type { ImportedMetrics } from './imported.js'
import { keyFault } from './keys.js'
import { readList } from './numbers.js'
import type { RowReader } from './row-reader.js'

/** Reads the figures of one day of a project. */
export function metricsReader(): (row: RowReader, key: string) => ImportedMetrics {
  return (row, key) => {
    const project = row.requiredText('project')
    const date = row.day('date')
    if (row.word('date') === '') row.problem('E_REQUIRED', 'date', '', 'must not be empty')
    else if (key === '' && project !== '')
      row.problem('E_KEY', 'project', project, keyFault(project) ?? 'identifies no project')
    const languages = row.list('techStack')
    return {
      project,
      date: date ?? '',
      commitsCount: row.count('commitsCount'),
      contributors: row.count('contributors'),
      linesOfCode: row.count('linesOfCode', { most: Number.MAX_SAFE_INTEGER }),
      techStack: languages.length === 0 ? null : readList(languages),
      healthScore: row.count('healthScore', { most: 100 }),
    }
  }
}
