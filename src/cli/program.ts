import { Command } from 'commander'
import type { CommandBehaviour, CommandDefinition } from '../commands/definition.js'
import type { Context } from '../context.js'
import { pairsHelp } from '../flags/help-text.js'
import type { Effect } from '../shapes/command.js'
import { leaveToVerb, withGlobalOptions } from './global-options.js'
import { groups, type Group } from './groups.js'
import { firstWords } from './line.js'
import { requireFormat, warnOfEnding } from './output-format.js'

/** A command that runs, with the definition it was built from. */
export interface DefinedCommand {
  /** `bugs list` */
  path: string
  command: Command
  definition: CommandBehaviour
}

export interface CommandTree {
  program: Command
  /** In the order of help. */
  commands: readonly DefinedCommand[]
}

/**
 * The tree with the verbs of the group that the line names; of the other groups only names and summaries. Declaring the flags of
 * all verbs of a group takes 2 ms, so that only the named verb has its own, unless `ofAll` asks for those too.
 */
export async function buildProgram(
  argv: readonly string[],
  ctx: Context,
  { version, ofAll = false }: { version: string; ofAll?: boolean },
): Promise<Command> {
  const program = withGlobalOptions(new Command('cto'), version)
  const [group, verb] = firstWords(program, argv)
  const wanted = { isWanted: ({ name }: Group) => name === group, verb: ofAll ? undefined : verb }
  const named = (await addGroups(program, ctx, wanted)).find(({ command }) => command.name() === verb)
  if (named !== undefined) leaveToVerb(program, named.command, argv)
  return program
}

/** The whole tree, for help pages, docs and completion. */
export async function buildTree(ctx: Context, version: string): Promise<CommandTree> {
  const program = withGlobalOptions(new Command('cto'), version)
  return { program, commands: await addGroups(program, ctx, { isWanted: () => true }) }
}

const effects = new WeakMap<Command, Effect>()

/** How the command uses the database. */
export function effectOf(command: Command): Effect {
  return effects.get(command) ?? 'none'
}

/** Whether the command changes anything. */
export function writes(command: Command): boolean {
  return ['writes', 'destroys'].includes(effectOf(command))
}

/** The groups, and the commands without one. */
export function groupsOf(program: Command): { name: string; summary: string }[] {
  return program.commands.map((group) => ({ name: group.name(), summary: group.description() }))
}

async function addGroups(
  program: Command,
  ctx: Context,
  { isWanted, verb }: { isWanted: (group: Group) => boolean; verb?: string | undefined },
): Promise<DefinedCommand[]> {
  const added: DefinedCommand[] = []
  for (const each of groups) {
    const group = program.command(each.name).description(each.summary)
    if (isWanted(each)) added.push(...addVerbs(group, ctx, { loaded: await each.load(), verb }))
  }
  return added
}

function addVerbs(
  group: Command,
  ctx: Context,
  { loaded, verb }: { loaded: CommandBehaviour | readonly CommandDefinition[]; verb: string | undefined },
): DefinedCommand[] {
  if (!('map' in loaded)) return [defineCommand(group, ctx, { path: group.name(), definition: loaded })]
  const isKnown = loaded.some(({ name }) => name === verb)
  const verbs = loaded.flatMap((definition) => {
    const { name, description } = definition
    const command = group.command(name).description(description)
    if (isKnown && name !== verb) return []
    return [defineCommand(command, ctx, { path: `${group.name()} ${name}`, definition })]
  })
  const firstExamples = loaded.flatMap(({ examples }) => examples.slice(0, 1)).slice(0, 4)
  group.addHelpText('before', examplesHelp(firstExamples))
  return verbs
}

/** Refuses an unknown `--fields` and a format that the command lacks before anything is read or written. */
function defineCommand(
  command: Command,
  ctx: Context,
  { path, definition }: Omit<DefinedCommand, 'command'>,
): DefinedCommand {
  const { output, examples } = definition
  // Which kind of rows it prints, where there are several, is known only when it prints.
  const view = output.rows === undefined ? (output.list ?? output.record) : undefined
  definition.parameters?.(command)
  effects.set(command, definition.effect)
  command
    .addHelpText('before', examplesHelp(examples))
    .hook('preAction', () => {
      requireFormat(command, output)
      warnOfEnding(ctx, output)
      return view === undefined ? undefined : ctx.out.requireFields(view)
    })
    // Commander's last argument is the command itself.
    .action(async (...given: unknown[]) => {
      await definition.run(ctx, ...(given.slice(0, -1) as never[]))
      if (ctx.line.flags.dryRun) ctx.out.caution(dryRunEnd)
    })
  return { path, command, definition }
}

/** A dry run prints what the command would print, and a last line that marks it. */
export const dryRunEnd = 'dry run: nothing was changed'

function examplesHelp(examples: CommandBehaviour['examples']) {
  return pairsHelp('Examples:', examples, 3)
}
