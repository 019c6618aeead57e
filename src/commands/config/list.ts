import { targetOf } from '../../engine/open.js'
import type { Context } from '../../context.js'
import { settingView } from '../../views/setting.js'
import { settingRows } from './rows.js'
import type { CommandDefinition } from '../definition.js'

export const configListCommand: CommandDefinition = {
  name: 'list',
  description: 'List every setting, its value, and what set it; secrets are not shown',
  effect: 'none',
  output: { list: settingView },
  exitCodes: [3],
  examples: [
    ['cto config list', 'what holds here and now'],
    ['cto config list --fields name,value,origin --json', 'for a program'],
    ['cto config list --wide --fields name,description', 'what can be set'],
  ],
  run: listSettings,
}

async function listSettings(ctx: Context): Promise<void> {
  const { settings } = ctx.line
  const rows = settingRows(settings)
  await ctx.out.page(settingView, { data: rows, total: rows.length })
  const { profile, setBy } = settings.database
  const by =
    setBy === null ? 'the default' : `${profile === null ? '' : `profile ${profile.name}, `}set by ${setBy}`
  ctx.out.notice(`database: ${targetOf(ctx.db.settings())} (${by})`)
}
