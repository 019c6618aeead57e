import { existsSync } from 'node:fs'
import type { SettingFiles } from '../../shapes/setting.js'
import type { Context } from '../../context.js'
import type { CommandDefinition } from '../definition.js'

interface PathOptions {
  project?: true
}

export const configPathCommand: CommandDefinition = {
  name: 'path',
  description: 'Print the path of the user file, also before it exists',
  effect: 'none',
  output: { document: 'settingFiles' },
  examples: [
    ['cto config path', 'the user file'],
    ['cto config path --project', 'that of the repository'],
    ['cto config path --json', 'both, and whether they exist'],
  ],
  parameters: (command) => command.option('--project', 'the .cto.json of this project instead'),
  run: showPaths,
}

async function showPaths(ctx: Context, options: PathOptions): Promise<void> {
  const { user, project } = ctx.line.settings.paths
  const data: SettingFiles = {
    user,
    userExists: existsSync(user),
    project,
    projectExists: existsSync(project),
  }
  await ctx.out.document({ data, text: () => `${options.project ? project : user}\n` })
}
