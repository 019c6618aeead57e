import { getNamedBug, type Bug } from '../../data/bugs/bugs.js'
import { findCausingDeployment } from '../../data/bugs/causing-deployment.js'
import { bugHistoryList, newestFirst } from '../../data/bugs/bug-history.js'
import { findPage } from '../../engine/list.js'
import { NotFoundError } from '../../errors.js'
import type { Context } from '../../context.js'
import { shownBugView } from '../../views/shown-bug.js'
import type { CommandDefinition } from '../definition.js'

interface ShowOptions {
  web?: true
  all?: boolean
}

const lastChanges = 5
/** No bug has as many. */
const mostChanges = 100_000

export const bugsShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one bug, with its last changes and notes',
  effect: 'reads',
  output: { record: shownBugView },
  exitCodes: [3],
  examples: [
    ['cto bugs show BUG-1001', 'or simply 1001'],
    ['cto bugs show HADOOP-123 --json', 'by its old key, for a program'],
    ['cto bugs show BUG-1001 --web', 'its page in the tracker, in your browser'],
  ],
  parameters: (command) =>
    command
      .argument('<bug>', 'number, key or URL of the tracker it came from, or id')
      .option('--all', 'all of its history, not only the last five changes and notes')
      .option('--web', 'open its page in the tracker; in a pipe, print the address'),
  run: showBug,
}

async function showBug(ctx: Context, name: string, { all = false, web }: ShowOptions): Promise<void> {
  const { bug, causedByDeployment, changes, isCut } = await ctx.db.read(async (db) => {
    const bug = await getNamedBug(db, { name, now: ctx.now() })
    const limit = all ? mostChanges : lastChanges
    const history = bugHistoryList({ bugs: [bug.id] }, newestFirst)
    const { data, nextCursor } = await findPage(db, history, { limit })
    const causedByDeployment = await findCausingDeployment(db, bug.id)
    return { bug, causedByDeployment, changes: data, isCut: nextCursor !== null }
  })
  if (web) return ctx.out.browse(requirePage(bug))
  const history = changes.map(({ changedAt, fieldChanged, oldName, newName, note, changedBy }) => {
    return { changedAt, fieldChanged, oldName, newName, note, changedBy }
  })
  await ctx.out.one(shownBugView, { ...bug, causedByDeployment, history })
  const { fields } = ctx.line.flags
  const isShown = fields === undefined || fields.some((field) => /^(?:all|history\b)/.test(field))
  if (isCut && isShown && ctx.out.width !== null)
    ctx.out.notice(`the last ${history.length} changes shown; --all for more`)
}

/** The page of a bug in its tracker. A browser would run what other schemes hold. */
function requirePage({ bugNumber, externalUrl }: Bug): string {
  if (externalUrl !== null && /^https?:\/\//i.test(externalUrl)) return externalUrl
  throw new NotFoundError(`${bugNumber} has no page in a tracker`, { hint: `cto bugs show ${bugNumber}` })
}
