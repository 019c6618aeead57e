import { usersActivityCommands } from './activity.js'
import { usersCreateCommand } from './create.js'
import { usersDeleteCommand } from './delete.js'
import { usersListCommand } from './list.js'
import { usersShowCommand } from './show.js'
import { usersUpdateCommand } from './update.js'
import { usersWorkloadCommand } from './workload.js'
import type { CommandDefinition } from '../definition.js'

export const usersGroup: readonly CommandDefinition[] = [
  usersListCommand,
  usersShowCommand,
  usersCreateCommand,
  usersUpdateCommand,
  ...usersActivityCommands,
  usersDeleteCommand,
  usersWorkloadCommand,
]
