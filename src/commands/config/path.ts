import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { SettingFiles } from '../../shapes/setting.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'

interface PathOptions {
  project?: true
}

export function addConfigPath(parent: Command, ctx: Context): void {
  const command = parent
    .command('path')
    .description('Where the user file is, or would be')
    .option('--project', 'the .cto.json of this project instead')
    .action((options: PathOptions) => showPaths(ctx, options))
  declare(command, ctx, {
    effect: 'none',
    output: { document: 'settingFiles' },
    examples: [
      ['cto config path', 'the user file'],
      ['cto config path --project', 'that of the repository'],
      ['cto config path --json', 'both, and whether they exist'],
    ],
  })
}

export async function showPaths(ctx: Context, options: PathOptions): Promise<void> {
  const { user, project } = ctx.line.settings.paths
  const data: SettingFiles = {
    user,
    userExists: existsSync(user),
    project,
    projectExists: existsSync(project),
  }
  await ctx.out.document({ data, text: () => `${options.project ? project : user}\n` })
}
