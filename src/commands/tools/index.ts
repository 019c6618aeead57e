import type { CommandDefinition } from '../definition.js'
import { toolsListCommand } from './list.js'
import { toolsStatsCommand } from './stats.js'

export const toolsGroup: readonly CommandDefinition[] = [toolsListCommand, toolsStatsCommand]
