import { configGetCommand } from './get.js'
import { configListCommand } from './list.js'
import { configPathCommand } from './path.js'
import { configSetCommand } from './set.js'
import { configUnsetCommand } from './unset.js'
import type { CommandDefinition } from '../definition.js'

export const configGroup: readonly CommandDefinition[] = [
  configListCommand,
  configGetCommand,
  configSetCommand,
  configUnsetCommand,
  configPathCommand,
]
