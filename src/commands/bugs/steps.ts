import type { BugStatus } from '../../domain/bug.js'
import type { Bug } from '../../shapes/bug.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { createUserFix, hasUsers } from '../../data/users/first-user.js'
import type { CommandDefinition } from '../definition.js'
import { bugResultView } from '../../views/bug-result.js'
import { addEditOptions, editBugs, mostNamed, type EditOptions } from './edit.js'

interface Step {
  verb: string
  to: BugStatus
  summary: string
  examples: readonly (readonly [string, string])[]
}

const steps: readonly Step[] = [
  {
    verb: 'start',
    to: 'in_progress',
    summary: 'Start work on bugs; assigns the unassigned ones to you',
    examples: [['cto bugs start BUG-1001', 'it is yours now']],
  },
  {
    verb: 'verify',
    to: 'verified',
    summary: 'Mark fixes of bugs as verified',
    examples: [['cto bugs verify BUG-1001 --note "on staging"', 'with a note']],
  },
  {
    verb: 'ship',
    to: 'shipped',
    summary: 'Mark bugs as shipped',
    examples: [['cto bugs ship BUG-1001 --hours 3.5', 'and record the hours worked']],
  },
  {
    verb: 'close',
    to: 'closed',
    summary: 'Close bugs without shipping anything',
    examples: [
      ['cto bugs close BUG-1001 --note "not a bug"', 'one'],
      ["cto bugs close --where 'severity=low created=..2025-12-31' --yes", 'many'],
    ],
  },
  {
    verb: 'defer',
    to: 'deferred',
    summary: 'Defer bugs; their SLA clock is paused',
    examples: [['cto bugs defer BUG-1001 BUG-1002', 'not now']],
  },
  {
    verb: 'reopen',
    to: 'pending',
    summary: 'Reopen resolved or deferred bugs',
    examples: [['cto bugs reopen BUG-1001 --note "seen again"', 'it is back']],
  },
]

/** Every step of the lifecycle is a verb: the same command except for the status it leads to. */
export const bugsStepCommands: readonly CommandDefinition[] = steps.map((step) => ({
  name: step.verb,
  description: step.summary,
  effect: 'writes',
  output: { list: bugView, record: bugView, rows: [bugResultView] },
  exitCodes: [3, 5, 7],
  examples: step.examples,
  parameters: (command) => {
    addEditOptions(command.argument('[bugs...]', 'numbers, keys or ids'))
  },
  run: (ctx, names: string[], options: EditOptions) => takeStep(ctx, step, { names, options }),
}))

async function takeStep(
  ctx: Context,
  { verb, to }: Step,
  { names, options }: { names: readonly string[]; options: EditOptions },
): Promise<void> {
  let isFirstUserMissing = false
  await editBugs(ctx, names, options, {
    action: `bug.${verb}`,
    verb,
    change: async (db, actor) => {
      if (verb !== 'start') return { status: to }
      isFirstUserMissing = actor.userId === null && !(await hasUsers(db))
      return { status: to, assignIfUnassigned: actor.userId }
    },
    remark: verb === 'start' ? (bugs) => unassignedRemark(bugs, { isFirstUserMissing }) : undefined,
  })
}

/** Without an acting user, `start` assigns no bug. */
function unassignedRemark(
  bugs: readonly Bug[],
  { isFirstUserMissing }: { isFirstUserMissing: boolean },
): string | null {
  const numbers = bugs.filter(({ assignedTo }) => assignedTo === null).map(({ bugNumber }) => bugNumber)
  const [first] = numbers
  if (first === undefined) return null
  const which = numbers.length === 1 ? `${first} has` : `${numbers.length} bugs have`
  if (isFirstUserMissing) return `${which} no assignee, since there are no users → ${createUserFix}`
  const who = '--as you@example.com or CTO_USER names you'
  return `${which} no assignee, since no acting user is set; ${who} → cto bugs assign ${numbers.slice(0, mostNamed).join(' ')} --to USER`
}
