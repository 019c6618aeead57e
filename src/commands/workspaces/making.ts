import type { Command } from 'commander'
import type { NewWorkspace } from '../../data/workspaces/create-workspace.js'
import { plans, type Plan } from '../../domain/workspace.js'
import type { Context } from '../../context.js'
import { choice } from '../../flags/options.js'
import { keyValue } from './key-values.js'

/** How a new workspace is registered. */
export interface MakingOptions {
  name?: string
  plan?: Plan
  metadata?: Record<string, string>
  opaque?: true
}

/** @param defaults what help names as defaults */
export function addMaking(
  command: Command,
  { name, plan }: { name: string; plan: string } = { name: 'the domain', plan: 'basic' },
): Command {
  return command
    .option('--name <text>', `what people call it; default: ${name}`)
    .option(
      '--plan <plan>',
      `${plans.join(' | ')}; decides the limits; default: ${plan}`,
      choice('plan', plans),
    )
    .option('--metadata <key=value>', 'kept with it; repeats; no secrets', keyValue)
    .option('--opaque', 'a name of the schema that does not show the domain')
}

export function wantedOf(
  ctx: Context,
  domain: string,
  { name = domain, plan = 'basic', metadata = {}, opaque }: MakingOptions,
): NewWorkspace {
  const acting = { userAgent: `cto/${ctx.line.version}`, now: ctx.now() }
  return { domain, name, plan, metadata, admin: null, isOpaque: opaque === true, ...acting }
}
