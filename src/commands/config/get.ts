import { visible } from '../../output/visible.js'
import type { SettingRow } from '../../shapes/setting.js'
import type { Context } from '../../context.js'
import { parseKey } from './key.js'
import { settingRows, shown } from './rows.js'
import { findSharedRow } from './shared.js'
import type { CommandDefinition } from '../definition.js'

export const configGetCommand: CommandDefinition = {
  name: 'get',
  description: 'Print the value of one setting; nothing if it is not set',
  effect: 'none',
  output: { document: 'setting' },
  examples: [
    ['cto config get timezone', 'the value alone'],
    ['cto config get profile --json', 'and what set it'],
  ],
  parameters: (command) => command.argument('<setting>', 'timezone, or profiles.prod.schema'),
  run: showSetting,
}

async function showSetting(ctx: Context, name: string): Promise<void> {
  const row = (await findSharedRow(ctx, name)) ?? localRow(ctx, name)
  const text = row.value === null ? '' : `${visible(String(row.value))}\n`
  await ctx.out.document({ data: row, text: () => text })
}

function localRow(ctx: Context, name: string): SettingRow {
  const { setting } = parseKey(name)
  return (
    settingRows(ctx.line.settings).find((each) => each.name === name) ?? {
      name,
      value: shown(setting, setting.fallback),
      origin: 'default',
      source: null,
      type: setting.kind,
      description: setting.description,
    }
  )
}
