import { visible } from '../../output/visible.js'
import type { SettingRow } from '../../shapes/setting.js'
import type { Context } from '../../context.js'
import { parseKey } from './key.js'
import { settingRows, shown } from './rows.js'
import type { CommandDefinition } from '../definition.js'

export const configGetCommand: CommandDefinition = {
  name: 'get',
  description: 'Print the value of one setting; nothing where it is not set',
  effect: 'none',
  output: { document: 'setting' },
  examples: [
    ['cto config get timezone', 'the value alone'],
    ['cto config get profile --json', 'and what set it'],
  ],
  parameters: (command) => command.argument('<name>', 'timezone, or profiles.prod.schema'),
  run: showSetting,
}

async function showSetting(ctx: Context, name: string): Promise<void> {
  const key = parseKey(name)
  const row: SettingRow = settingRows(ctx.line.settings).find((each) => each.name === name) ?? {
    name,
    value: shown(key.setting, key.setting.fallback),
    origin: 'default',
    source: null,
    type: key.setting.kind,
    description: key.setting.description,
  }
  const text = row.value === null ? '' : `${visible(String(row.value))}\n`
  await ctx.out.document({ data: row, text: () => text })
}
