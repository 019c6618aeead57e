import type { Context } from '../../context.js'
import { UsageError, type ExitCode } from '../../errors.js'
import { integerBetween } from '../../flags/options.js'
import type { CommandDescription } from '../../shapes/command.js'
import type { Workspace } from '../../shapes/workspace.js'
import { workspaceOutcomeView } from '../../views/workspace-outcome.js'
import { proseHelp } from '../../flags/prose-help.js'
import type { CommandDefinition } from '../definition.js'
import { printOutcomes, printTables } from './print-runs.js'
import { addSelection, selected, type Selection } from './select.js'
import { readRegistry } from './with-registry.js'

interface EachOptions extends Selection {
  parallel: number
}

export const workspacesEachCommand: CommandDefinition = {
  name: 'each',
  description: 'Run a command in each workspace; the output comes in the order of the workspaces',
  effect: 'writes',
  // In JSON. In other formats the rows are those of the command.
  output: { list: workspaceOutcomeView, rows: [] },
  exitCodes: [3, 5, 7, 8],
  examples: [
    [
      'cto workspaces each --all -- bugs list --severity critical',
      'one table, its first column the workspace',
    ],
    ['cto workspaces each acme.com beta.org -f ndjson -- metrics kpis', 'a line for each workspace'],
    [
      'cto workspaces each --plan pro --yes -- bugs delete --status closed',
      'a command that writes needs --yes',
    ],
  ],
  parameters: (command) =>
    addSelection(command)
      .usage('[options] [workspaces...] -- <command...>')
      .option('--parallel <n>', 'how many at once; the embedded database does one', integerBetween(1, 50), 4)
      .addHelpText(
        'after',
        proseHelp(
          '\n--all and --plan leave suspended workspaces out. The exit code is that of the command where all agree, else 5.\n',
        ),
      ),
  run: each,
}

async function each(ctx: Context, operands: readonly string[], options: EachOptions): Promise<void> {
  const { rest: line } = ctx.line
  const { effect } = requireSuitable(await ctx.line.commands(), line)
  const named = operands.slice(0, operands.length - line.length)
  const chosen = await chooseFrom(ctx, named, options)
  if (effect !== 'reads')
    await ctx.ask.confirm(`Run ${line.slice(0, 2).join(' ')} in ${chosen.length} workspaces?`)
  const { inOrder } = await import('../../admin/workspaces/in-order.js')
  const isEmbedded = ctx.db.settings({ registry: true }).at.engine === 'embedded'
  const { signal } = ctx.line
  const codeIn = new Map<string, ExitCode>()
  const runs = inOrder(chosen, isEmbedded ? 1 : options.parallel, async ({ domain }) => {
    signal.throwIfAborted()
    const ran = await ctx.line.runIn(domain, line)
    codeIn.set(domain, ran.exitCode)
    return { workspace: domain, ...ran }
  })
  const isJson = ctx.line.flags.format === 'json' || ctx.line.flags.format === 'ndjson'
  const codes = await (isJson ? printOutcomes(ctx, runs) : printTables(ctx, runs)).finally(() => {
    if (signal.aborted && effect !== 'reads') nameDone(ctx, chosen, codeIn)
  })
  signal.throwIfAborted()
  const [first = 0] = codes
  ctx.out.setExitCode(codes.size > 1 ? 5 : first)
}

/** After an interruption: what was stored stays. */
function nameDone(ctx: Context, chosen: readonly Workspace[], codeIn: ReadonlyMap<string, ExitCode>): void {
  const named = (isWanted: (code: ExitCode | undefined) => boolean) =>
    chosen.flatMap(({ domain }) => (isWanted(codeIn.get(domain)) ? [domain] : [])).join(', ') || 'none'
  ctx.out.caution(`done in: ${named((code) => code === 0)}`)
  ctx.out.caution(`not done in: ${named((code) => code !== 0)}`)
}

const refusedGroups = ['workspaces', 'demo', 'config', 'completion']
const refusedVerbs = ['reset', 'restore', 'copy', 'serve', 'studio']
/** What the line of each workspace cannot choose for itself. */
const refusedFlags = ['-w', '--workspace', '--profile', '--env-file']

/** @throws UsageError for a line that cannot run in every workspace */
function requireSuitable(
  commands: readonly CommandDescription[],
  line: readonly string[],
): CommandDescription {
  const [group = '', verb = ''] = line
  if (group === '')
    throw new UsageError('no command is given', { hint: 'after --: cto workspaces each --all -- bugs list' })
  const found = commands.find(({ path }) => path === group || path === `${group} ${verb}`)
  if (!found) throw new UsageError(`no command "${group} ${verb}"`, { hint: 'cto commands lists them' })
  const isRefused =
    found.effect === 'none' ||
    refusedGroups.includes(group) ||
    refusedVerbs.includes(found.path.split(' ').at(-1) ?? '')
  if (isRefused) {
    throw new UsageError(`cto ${found.path} cannot run in each workspace`, {
      hint: 'run it in one, with --workspace, or without a workspace',
    })
  }
  if (line.includes('-')) {
    throw new UsageError('the commands of several workspaces cannot read standard input', {
      hint: 'name a file instead of -',
    })
  }
  const flag = line.find((word) => refusedFlags.includes(word.split('=')[0] ?? ''))
  if (flag !== undefined)
    throw new UsageError(`${flag} is for all workspaces alike`, { hint: 'put it before --, or leave it out' })
  return found
}

/** Suspended ones only where they are named: there the command is refused. */
async function chooseFrom(
  ctx: Context,
  named: readonly string[],
  options: EachOptions,
): Promise<Workspace[]> {
  const chosen = await readRegistry(ctx, (registry) => selected(registry, named, options))
  const open = named.length > 0 ? chosen : chosen.filter(({ isActive }) => isActive)
  if (open.length < chosen.length)
    ctx.out.notice(`${chosen.length - open.length} suspended workspaces are left out`)
  return open
}
