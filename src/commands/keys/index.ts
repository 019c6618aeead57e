import type { CommandDefinition } from '../definition.js'
import { keysCreateCommand } from './create.js'
import { keysListCommand } from './list.js'
import { keysRevokeCommand } from './revoke.js'
import { keysVerifyCommand } from './verify.js'

export const keysGroup: readonly CommandDefinition[] = [
  keysCreateCommand,
  keysListCommand,
  keysRevokeCommand,
  keysVerifyCommand,
]
