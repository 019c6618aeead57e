import { targetOf } from '../../engine/open.js'
import type { Context } from '../../context.js'
import { settingView } from '../../views/setting.js'
import { CtoError } from '../../errors.js'
import type { SettingRow } from '../../shapes/setting.js'
import { settingRows } from './rows.js'
import { sharedRows } from './shared.js'
import type { CommandDefinition } from '../definition.js'

export const configListCommand: CommandDefinition = {
  name: 'list',
  description: 'List every setting, its value, and what set it; secrets are not shown',
  effect: 'none',
  output: { list: settingView },
  exitCodes: [3],
  examples: [
    ['cto config list', 'the settings in effect'],
    ['cto config list --fields name,value,origin --json', 'for a program'],
    ['cto config list --wide --fields name,description', 'what can be set'],
  ],
  run: listSettings,
}

/** What is wrong with the database is no reason to hide the other settings. */
async function findShared(ctx: Context): Promise<SettingRow[]> {
  try {
    return await sharedRows(ctx)
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    ctx.out.notice(`settings of the database are not listed: ${error.message}`)
    return []
  }
}

async function listSettings(ctx: Context): Promise<void> {
  const { settings } = ctx.line
  const rows = [...settingRows(settings), ...(await findShared(ctx))]
  await ctx.out.page(settingView, { data: rows, total: rows.length })
  const { profile, setBy } = settings.database
  const by =
    setBy === null ? 'the default' : `${profile === null ? '' : `profile ${profile.name}, `}set by ${setBy}`
  ctx.out.notice(`database: ${targetOf(ctx.db.settings())} (${by})`)
}
