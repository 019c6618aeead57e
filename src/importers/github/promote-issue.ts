import type { Actor } from '../../data/audit/audit.js'
import { getBug, type Bug } from '../../data/bugs/bugs.js'
import { notePromotion, type PromotableIssue } from '../../data/delivery/promoted-issue.js'
import { hasTrackedBugs } from '../../data/imports/import-bugs.js'
import type { Importing } from '../../data/imports/importing.js'
import type { Db } from '../../engine/client.js'
import type { Database } from '../../engine/database.js'
import { CtoError, required } from '../../errors.js'
import { objectAt, listAt, textAt, type Payload } from '../delivery/payload.js'
import { Effects } from '../load/effects.js'
import { KnownNames } from '../load/known-names.js'
import { bugKind } from '../load/load-bugs.js'
import { loadBatches } from '../load/load-batch.js'
import { loadRepository } from '../load/load-repository.js'
import type { Loading } from '../load/loading.js'
import { loggedImport } from '../load/logged-import.js'
import { personFinder } from '../load/person-finder.js'
import { readAnswers } from '../validate/answers.js'
import type { ImportedBug } from '../validate/imported.js'
import type { RowProblem } from '../validate/problems.js'
import { githubUrlOrNull } from '../validate/read-project.js'
import type { GithubIssue, GithubPerson } from './api.js'
import { issueFields, issueReader } from './read-issue.js'

export interface PromoteIssue {
  actor: Actor
  dryRun: boolean
  externalSource: string
}

/**
 * Makes the bug that an import of the issue would make, of what is stored: its text is that of the newest event about it. Of an
 * issue that is a bug already, the bug is updated. Undone like any import.
 */
export async function promoteIssue(
  database: Database,
  issue: PromotableIssue,
  { actor, dryRun, externalSource }: PromoteIssue,
): Promise<Bug> {
  const findPerson = await personFinder(database, externalSource, [])
  const read = issueReader({ externalSource, answers: readAnswers('bugs', {}), findPerson })
  const outcome = read(asReported(issue), issue.repository)
  if (!('record' in outcome)) {
    throw unfit(required(outcome.problems[0], 'the problem of an issue'))
  }
  const { record } = outcome
  const effects = new Effects()
  const work = async (tx: Db, importing: Importing) => {
    const projectId = issue.projectId ?? (await projectOf(tx, issue, { importing, effects }))
    const loading = await loadingOf(tx, { externalSource, projectId, importing, effects })
    const written = await loadBatches({ kind: bugKind, refuse }, loading, only({ record }))
    const bugId = await notePromotion(tx, { issue, externalSource, projectId })
    const counts = { records: 1, ...written, rejected: 0, duplicates: 0 }
    return {
      result: await getBug(tx, { id: bugId, now: actor.now }),
      end: {
        recordsImported: written.created + written.updated,
        recordsFailed: 0,
        errors: [],
        outcome: { counts },
      },
      action: 'issue.promote',
      audit: { type: 'bugs', externalSource, issueId: issue.id, ...counts, ...effects.images.take() },
    }
  }
  const file = `${issue.repository}#${issue.number}`
  const origin = { type: 'bugs', file, externalSource, preset: 'github', hash: '', mapping: {} }
  const { result } = await loggedImport(database, { source: 'github', origin, actor, dryRun }, work)
  return result
}

/** The issue as GitHub's API gives it. */
function asReported(issue: PromotableIssue): GithubIssue {
  const { reported, title, assignee, author } = issue
  if (title === null) {
    throw new CtoError('NOT_PERMITTED', 'the issue has no title here', {
      reason: 'of confidential and restricted repositories no text is stored',
      hint: `cto repos show ${issue.repository}`,
    })
  }
  const assignees = listAt(reported, 'assignees')?.filter(isPerson)
  const milestone = textAt(objectAt(reported, 'milestone'), 'title')
  return {
    ...(issue.externalId !== null && { id: Number(issue.externalId) }),
    number: issue.number,
    html_url: issue.url,
    title,
    body: textAt(reported, 'body') ?? null,
    state: issue.state,
    state_reason: issue.stateReason,
    milestone: milestone ? { title: milestone } : null,
    labels: issue.labels ?? [],
    assignees: assignees ?? (assignee === null ? [] : [{ login: assignee }]),
    user: author === null ? null : { login: author },
    created_at: issue.openedAt.toISOString(),
    updated_at: (issue.sourceUpdatedAt ?? issue.openedAt).toISOString(),
    closed_at: issue.closedAt?.toISOString() ?? null,
  }
}

function isPerson(value: unknown): value is GithubPerson & Payload {
  return typeof textAt(value, 'login') === 'string'
}

/** The project that an import of the repository would use. */
async function projectOf(
  tx: Db,
  { repository, repositoryUrl, repositoryUid }: PromotableIssue,
  { importing, effects }: Pick<Loading, 'importing' | 'effects'>,
): Promise<string> {
  const { projectId } = await loadRepository(
    { tx, importing, mode: 'upsert', effects },
    {
      names: [repository.slice(repository.indexOf('/') + 1), repository],
      githubUrl: githubUrlOrNull(repositoryUrl) ?? repositoryUrl,
      externalUid: repositoryUid,
      values: () => ({}),
    },
  )
  return projectId
}

type LoadingOne = Pick<Loading, 'externalSource' | 'importing' | 'effects'> & { projectId: string }

async function loadingOf(tx: Db, given: LoadingOne): Promise<Loading> {
  return {
    ...given,
    tx,
    isNewSource: !(await hasTrackedBugs(tx, given.externalSource)),
    present: issueFields,
    createUnknown: false,
    known: new KnownNames(),
    mode: 'upsert',
    merge: { keepLocal: false, newerOnly: false },
  }
}

function refuse(_: { record: ImportedBug }, problem: RowProblem): never {
  throw unfit(problem)
}

function unfit({ field, reason }: RowProblem): CtoError {
  return new CtoError('INVALID_VALUE', `the issue cannot become a bug: ${field ?? 'its fields'} ${reason}`)
}

async function* only<Item>(item: Item): AsyncGenerator<readonly Item[]> {
  await Promise.resolve()
  yield [item]
}
