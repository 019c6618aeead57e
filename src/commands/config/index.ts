import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addConfigGet } from './get.js'
import { addConfigList } from './list.js'
import { addConfigPath } from './path.js'
import { addConfigSet } from './set.js'
import { addConfigUnset } from './unset.js'

export function addConfig(group: Command, ctx: Context): void {
  addConfigList(group, ctx)
  addConfigGet(group, ctx)
  addConfigSet(group, ctx)
  addConfigUnset(group, ctx)
  addConfigPath(group, ctx)
}
