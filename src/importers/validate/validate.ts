import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { ProjectStatus } from '../../domain/project.js'
import type { UserRole } from '../../domain/user.js'
import { answersOf, type Answers } from './answers.js'
import type { ImportType } from '../../domain/kinds.js'
import type { Imported } from './imported.js'
import type { FindPerson } from './people.js'
import type { RowProblem } from './problems.js'
import { bugReader } from './read-bug.js'
import { metricsReader } from './read-metrics.js'
import { projectReader } from './read-project.js'
import { userReader } from './read-user.js'
import type { Remarks } from './remarks.js'
import { RowReader, type ReadingRules } from './row-reader.js'
import type { CreationInKey, SourceRules } from './source-rules.js'

/** A valid record, or every problem of its row. */
export type RowOutcome<Type extends ImportType> =
  { record: Imported[Type]; remarks: Remarks } | { problems: readonly RowProblem[] }

/** How the rows of a file are read. */
export interface ValidationRules<Type extends ImportType = ImportType> extends ReadingRules {
  type: Type
  preset: SourceRules
  externalSource: string
  answers: Answers
  findPerson: FindPerson
  /** Whether a bug keeps the number of its source. */
  keepNumbers: boolean
  /** Reads the moment of creation from the key; null where a column has it, or no key does. */
  creationInKey: CreationInKey | null
}

/** Reads the cells of structurally valid rows. `key` identifies the record in its source. */
export function rowValidator<Type extends ImportType>(
  rules: ValidationRules<Type>,
): (cells: readonly string[], key: string) => RowOutcome<Type> {
  const read = readers[rules.type](rules)
  const reader = new RowReader(rules)
  return (cells, key) => {
    reader.begin(cells)
    const record = read(reader, key)
    return reader.problems.length > 0 ? { problems: reader.problems } : { record, remarks: reader.remarks }
  }
}

const readers: {
  [Type in ImportType]: (rules: ValidationRules<Type>) => (row: RowReader, key: string) => Imported[Type]
} = {
  bugs: (rules) =>
    bugReader({
      ...rules,
      severityAnswers: answersOf<BugSeverity>(rules.answers, 'severity'),
      statusAnswers: answersOf<BugStatus>(rules.answers, 'status'),
    }),
  projects: (rules) => projectReader(answersOf<ProjectStatus>(rules.answers, 'status')),
  users: (rules) => userReader(answersOf<UserRole>(rules.answers, 'role')),
  metrics: () => metricsReader(),
}
