import { changeFile, withoutKey } from '../../settings/write-file.js'
import { UsageError, required } from '../../errors.js'
import type { SettingRemoval } from '../../shapes/setting.js'
import type { Context } from '../../context.js'
import { isOfFiles } from './key.js'
import { refuseInFile, unsetShared } from './shared.js'
import type { CommandDefinition } from '../definition.js'

interface UnsetOptions {
  project?: true
  shared?: true
}

export const configUnsetCommand: CommandDefinition = {
  name: 'unset',
  description: 'Remove a setting from the user file, also one that is not valid there',
  effect: 'none',
  output: { document: 'settingRemoval' },
  examples: [
    ['cto config unset timezone', 'the default holds again'],
    ['cto config unset profiles.staging', 'a whole profile; asks first'],
    ['cto config unset slaHours.critical --shared', 'the default again, for all users of the database'],
  ],
  parameters: (command) =>
    command
      .argument('<setting>', 'timezone, profiles.prod.schema, or the whole of profiles.prod')
      .option('--project', 'take it out of .cto.json of this project instead')
      .option('--shared', 'restore the default in the database, for all its users'),
  run: unsetSetting,
}

async function unsetSetting(ctx: Context, name: string, { project, shared }: UnsetOptions): Promise<void> {
  if (shared) {
    if (project)
      throw new UsageError('--project and --shared exclude each other', { hint: 'name one of them' })
    const { source } = await unsetShared(ctx, name)
    const data: SettingRemoval = { name, file: required(source, 'where it is stored'), removed: true }
    await ctx.out.document({ data, text: () => '' })
    return
  }
  const kind = project ? 'project' : 'user'
  const file = ctx.line.settings.paths[kind]
  const options = { isPrivate: kind === 'user', dryRun: ctx.line.flags.dryRun }
  const isThere = changeFile(file, (content) => withoutKey(content, name.split('.')), {
    ...options,
    dryRun: true,
  })
  if (!isThere) {
    if (!isOfFiles(name)) await refuseInFile(name, `cto config unset ${name} --shared`)
    ctx.out.notice(`${file} does not set ${name}; nothing was changed`)
  } else {
    // The URL of a profile may be stored nowhere else.
    if (/^profiles(\.[^.]+)?$/.test(name)) await ctx.ask.confirm(`take ${name} out of ${file}?`)
    changeFile(file, (content) => withoutKey(content, name.split('.')), options)
  }
  const data: SettingRemoval = { name, file, removed: isThere }
  await ctx.out.document({ data, text: () => '' })
}
