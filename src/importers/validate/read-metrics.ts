import type { ImportedMetrics } from './imported.js'
import { keyFault } from './keys.js'
import { readCount, readList } from './numbers.js'
import type { RowReader } from './row-reader.js'

/** Reads the figures of one day of a project. */
export function metricsReader(): (row: RowReader, key: string) => ImportedMetrics {
  return (row, key) => {
    const project = row.requiredText('project')
    const date = row.day('date')
    if (row.word('date') === '') row.problem('E_REQUIRED', 'date', '', 'must not be empty')
    else if (key === '' && project !== '')
      row.problem('E_KEY', 'project', project, keyFault(project) ?? 'identifies no project')
    const count = (field: string, most?: number) =>
      row.parsed(field, 'E_NUMBER', 'not a whole number', (text) => readCount(text, most))
    const languages = row.list('techStack')
    return {
      project,
      date: date ?? '',
      commitsCount: count('commitsCount'),
      contributors: count('contributors'),
      linesOfCode: count('linesOfCode', Number.MAX_SAFE_INTEGER),
      techStack: languages.length === 0 ? null : readList(languages),
      healthScore: row.parsed('healthScore', 'E_NUMBER', 'not a whole number from 0 to 100', (text) =>
        readCount(text, 100),
      ),
    }
  }
}
