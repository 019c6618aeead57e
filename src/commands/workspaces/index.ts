import type { CommandDefinition } from '../definition.js'
import { workspacesCreateCommand } from './create.js'
import { workspacesInitCommand } from './init.js'
import { workspacesListCommand } from './list.js'
import { workspacesShowCommand } from './show.js'

export const workspacesGroup: readonly CommandDefinition[] = [
  workspacesInitCommand,
  workspacesCreateCommand,
  workspacesListCommand,
  workspacesShowCommand,
]
