import { getBugs, type Bug } from '../../data/bugs/bugs.js'
import type { Database } from '../../engine/database.js'
import { CtoError, required } from '../../errors.js'
import type { BugResult } from '../../shapes/bug-result.js'
import type { Context } from '../../context.js'
import type { Selected } from './selection.js'
import { bugResultView } from '../../views/bug-result.js'

/** A bug as a command left it. */
export interface Applied {
  bug: Bug
  /** A field of it, or its history. */
  isChanged: boolean
  /** The whole change is a note in its history. */
  isOnlyNoted?: boolean
}

type Apply = (ids: readonly string[]) => Promise<Applied[]>

interface OneByOne {
  selected: Selected
  apply: Apply
}

/** Whatever can be done is done, and each bug's result printed; exit 5 where one failed. */
export async function changeOneByOne(
  ctx: Context,
  database: Database,
  { selected: { ids, unknown }, apply }: OneByOne,
): Promise<void> {
  const outcomes = await inHalves(ids, apply)
  const failed = ids.filter((id) => outcomes.get(id) instanceof CtoError)
  const bugs =
    failed.length === 0 ? [] : await database.read((db) => getBugs(db, { ids: failed, now: ctx.now() }))
  const results = [
    ...ids.map((id) => resultOf(id, outcomes.get(id), bugs.find((bug) => bug.id === id) ?? null)),
    ...unknown.map(({ name, error }): BugResult => ({
      name,
      result: 'failed',
      bug: null,
      error: plain(error),
    })),
  ]
  for (const { error } of results) if (error) ctx.out.notice(`failed: ${error.message}`)
  if (results.some(({ error }) => error)) ctx.out.setExitCode(5)
  // Names are for the next command, which continues with the bugs that were changed.
  const shown = ctx.line.flags.format === 'ids' ? results.filter(({ error }) => !error) : results
  await ctx.out.page(bugResultView, { data: shown, total: shown.length })
}

/** All at once; where that fails, each half on its own, until each failure is isolated. */
async function inHalves(ids: readonly string[], apply: Apply): Promise<Map<string, Applied | CtoError>> {
  if (ids.length === 0) return new Map()
  try {
    return new Map((await apply(ids)).map((applied) => [applied.bug.id, applied]))
  } catch (error) {
    if (!(error instanceof CtoError) || error.retryable) throw error
    const [only] = ids
    if (ids.length === 1 && only !== undefined) return new Map([[only, error]])
    const middle = Math.ceil(ids.length / 2)
    const first = await inHalves(ids.slice(0, middle), apply)
    return new Map([...first, ...(await inHalves(ids.slice(middle), apply))])
  }
}

/** A bug that was deleted meanwhile is named by its id. */
function resultOf(id: string, outcome: Applied | CtoError | undefined, asItIs: Bug | null): BugResult {
  if (outcome instanceof CtoError) {
    return { name: asItIs?.bugNumber ?? id, result: 'failed', bug: asItIs, error: plain(outcome) }
  }
  const { bug, isChanged } = required(outcome, 'the outcome of a bug')
  return { name: bug.bugNumber, result: isChanged ? 'done' : 'unchanged', bug, error: null }
}

function plain({ code, message, hint }: CtoError): BugResult['error'] {
  return { code, message, hint: hint ?? null }
}
