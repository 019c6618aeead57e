import { auditListCommand } from './list.js'
import type { CommandDefinition } from '../definition.js'

export const auditGroup: readonly CommandDefinition[] = [auditListCommand]
