import type { CommandDefinition } from '../definition.js'
import { secretsCheckCommand } from './check.js'
import { secretsDeleteCommand } from './delete.js'
import { secretsListCommand } from './list.js'
import { secretsRotateCommand } from './rotate.js'
import { secretsSetCommand } from './set.js'

export const secretsGroup: readonly CommandDefinition[] = [
  secretsListCommand,
  secretsSetCommand,
  secretsCheckCommand,
  secretsRotateCommand,
  secretsDeleteCommand,
]
