import { isResolved, type BugStatus } from '../../domain/bug.js'
import { labelSet } from '../../domain/label-set.js'
import { hasHalfSurrogate, isUnseen } from '../../domain/text.js'
import { answersOf, type Answers } from '../validate/answers.js'
import type { ImportedBug } from '../validate/imported.js'
import type { FindPerson, NamedPerson } from '../validate/people.js'
import type { RowProblem } from '../validate/problems.js'
import { noRemarks, type Remarks } from '../validate/remarks.js'
import { valueKey } from '../spelling.js'
import type { RowOutcome } from '../validate/validate.js'
import type { GithubIssue, GithubPerson } from './api.js'
import { labelReader } from '../validate/labels.js'

export interface IssueRules {
  externalSource: string
  answers: Answers
  findPerson: FindPerson
}

/** Reads issues as bugs of the repository of this name. */
export function issueReader({
  externalSource,
  answers,
  findPerson,
}: IssueRules): (issue: GithubIssue, repository: string) => RowOutcome<'bugs'> {
  const readLabels = labelReader({
    severity: answersOf(answers, 'severity'),
    status: answersOf(answers, 'status'),
  })
  const reasonAnswers = answersOf<BugStatus>(answers, 'status')

  return (issue, repository) => {
    const problems = problemsOf(issue)
    if (problems.length > 0) return { problems }
    const remarks = noRemarks()
    const state = issue.state === 'closed' ? 'closed' : 'open'
    const labelled = readLabels(labelsOf(issue))
    const { severity, isBlocker, unknownSeverity } = labelled
    const status = labelled.status[state]
    if (unknownSeverity !== null) remarks.unknownLabels.push(unknownSeverity)
    const reason = issue.state_reason ?? ''
    const answered = reasonAnswers.get(valueKey(reason))
    const ours = answered ?? status?.[1] ?? (state === 'closed' ? 'closed' : 'pending')
    remarks.words.push(['severity', severity?.[0] ?? unknownSeverity ?? '', severity?.[1] ?? 'medium'])
    remarks.words.push([
      'status',
      [state, reason, status?.[0] ?? ''].filter((word) => word !== '').join(', '),
      ours,
    ])
    const people = (issue.assignees?.length ? issue.assignees : [issue.assignee]).filter((person) => !!person)
    const resolvedAt = dateOf(issue.closed_at)
    remarks.resolvedAtDropped = resolvedAt !== null && !isResolved(ours)
    remarks.resolvedWithoutDate = resolvedAt === null && isResolved(ours)
    const record: ImportedBug = {
      bugNumber: null,
      externalSource,
      externalId: issue.html_url,
      externalUid: uidOf(issue),
      externalUrl: issue.html_url,
      title: issue.title.trim(),
      description: issue.body?.trim() ? issue.body : null,
      severity: severity?.[1] ?? 'medium',
      status: ours,
      assignee: personOf(people, findPerson, remarks),
      creator: personOf(issue.user ? [issue.user] : [], findPerson, remarks),
      project: repository,
      createdAt: dateOf(issue.created_at),
      updatedAt: dateOf(issue.updated_at),
      resolvedAt: isResolved(ours) ? resolvedAt : null,
      estimatedHours: null,
      actualHours: null,
      isBlocker,
      labels: labelSet([
        ...labelsOf(issue),
        ...(issue.milestone?.title ? [`fix:${issue.milestone.title}`] : []),
      ]),
    }
    return { record, remarks }
  }
}

/** The fields that an import from GitHub sets. */
export const issueFields: ReadonlySet<string> = new Set([
  'externalUrl',
  'title',
  'description',
  'severity',
  'status',
  'assignee',
  'creator',
  'project',
  'createdAt',
  'updatedAt',
  'resolvedAt',
  'isBlocker',
  'labels',
])

/** Null where GitHub does not give it. */
export function uidOf({ id }: GithubIssue): string | null {
  return Number.isSafeInteger(id) ? String(id) : null
}

/** The names of its labels. */
export function labelsOf({ labels = [] }: GithubIssue): string[] {
  return labels
    .map((label) => (typeof label === 'string' ? label : label.name))
    .filter((name) => typeof name === 'string')
}

/** The first known person; the others are counted. */
function personOf(
  people: readonly GithubPerson[],
  find: FindPerson,
  remarks: Remarks,
): NamedPerson | null | undefined {
  if (people.length === 0) return null
  const person = people.map(({ login }) => find(login)).find((found) => found !== null)
  if (person !== undefined) {
    remarks.otherPeople += people.length - 1
    return person
  }
  remarks.strangers.push(...people.map(({ login }) => login).slice(0, 1))
  return undefined
}

function dateOf(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null
}

/** Answers from the network are validated like any file. */
function problemsOf(issue: GithubIssue): RowProblem[] {
  const problem = (field: string, code: RowProblem['code'], value: unknown, reason: string): RowProblem => ({
    field,
    column: field,
    code,
    value: String(value),
    reason,
  })
  const isText = (value: unknown) => typeof value === 'string' && !isUnseen(value)
  const text = [issue.title, issue.body ?? '', ...labelsOf(issue)].join(' ')
  const dates = [issue.created_at, issue.updated_at, issue.closed_at].filter(
    (date) => typeof date === 'string',
  )
  return [
    !isText(issue.title) && problem('title', 'E_REQUIRED', '', 'must not be empty'),
    !isText(issue.html_url) && problem('html_url', 'E_REQUIRED', '', 'must not be empty'),
    !['open', 'closed'].includes(issue.state) &&
      problem('state', 'E_ENUM', issue.state, 'neither open nor closed'),
    text.includes('\0') && problem('body', 'E_NUL', '', 'has a NUL character'),
    hasHalfSurrogate(text) && problem('body', 'E_TEXT', '', 'has half of a surrogate pair'),
    ...dates.map((date) => Number.isNaN(Date.parse(date)) && problem('date', 'E_DATE', date, 'not a date')),
  ].filter((each) => each !== false)
}
