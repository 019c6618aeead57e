import { Command } from 'commander'
import type { Context } from '../context.js'
import { beginWithExamples } from '../commands/declare.js'
import { withGlobalOptions } from './global-options.js'
import { groups, type Group } from './groups.js'
import { firstWords } from './line.js'

/** The whole tree of the group that the line names, and stubs of the others. */
export async function buildProgram(argv: readonly string[], ctx: Context, version: string): Promise<Command> {
  const program = withGlobalOptions(new Command('cto'), version)
  const [named] = firstWords(program, argv)
  return withGroups(program, ctx, ({ name }) => name === named)
}

/** The whole tree, for those who describe it rather than run it. */
export async function buildTree(ctx: Context, version: string): Promise<Command> {
  return withGroups(withGlobalOptions(new Command('cto'), version), ctx, () => true)
}

/** The groups, and the commands without one. */
export function groupsOf(program: Command): { name: string; summary: string }[] {
  return program.commands.map((group) => ({ name: group.name(), summary: group.description() }))
}

async function withGroups(
  program: Command,
  ctx: Context,
  isWanted: (group: Group) => boolean,
): Promise<Command> {
  for (const each of groups) {
    const group = program.command(each.name).description(each.summary)
    if (!isWanted(each)) continue
    ;(await each.load())(group, ctx)
    beginWithExamples(group)
  }
  return program
}
