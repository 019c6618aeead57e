import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { ProjectStatus } from '../../domain/project.js'
import type { UserRole } from '../../domain/user.js'
import type { ImportType } from '../map/columns.js'
import type { Imported } from './imported.js'
import type { FindPerson } from './people.js'
import type { ImportPlan } from '../csv/plan.js'
import type { Problem } from './problems.js'
import { bugReader } from './read-bug.js'
import { projectReader } from './read-project.js'
import { userReader } from './read-user.js'
import type { Remarks } from './remarks.js'
import { RowReader } from './row-reader.js'
import type { Row } from '../csv/read/rows.js'

/** A sound record, or every problem of its row. */
export type Outcome<Type extends ImportType> =
  { record: Imported[Type]; remarks: Remarks } | { problems: readonly Problem[] }

/** Reads rows whose structure is sound, as the plan says. */
export function rowValidator<Type extends ImportType>(
  plan: ImportPlan<Type>,
  findPerson: FindPerson,
): (row: Row, key: string) => Outcome<Type> {
  const read = readers[plan.type](plan, findPerson)
  const rules = { ...plan, columns: plan.table.columns }
  const reader = new RowReader(rules)
  return (row, key) => {
    reader.begin(row.cells)
    const record = read(reader, key)
    return reader.problems.length > 0 ? { problems: reader.problems } : { record, remarks: reader.remarks }
  }
}

const readers: {
  [Type in ImportType]: (
    plan: ImportPlan<Type>,
    findPerson: FindPerson,
  ) => (row: RowReader, key: string) => Imported[Type]
} = {
  bugs: (plan, findPerson) =>
    bugReader({
      ...plan,
      findPerson,
      severityAnswers: answersOf<BugSeverity>(plan, 'severity'),
      statusAnswers: answersOf<BugStatus>(plan, 'status'),
    }),
  projects: (plan) => projectReader(answersOf<ProjectStatus>(plan, 'status')),
  users: (plan) => userReader(answersOf<UserRole>(plan, 'role')),
}

/** Checked against the choices of the field when they were read. */
function answersOf<Ours extends string>({ answers }: ImportPlan, field: string): ReadonlyMap<string, Ours> {
  return (answers.get(field) ?? new Map<string, string>()) as ReadonlyMap<string, string> as ReadonlyMap<
    string,
    Ours
  >
}
