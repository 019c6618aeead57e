import type { CommandDefinition } from '../definition.js'
import { workspacesCreateCommand } from './create.js'
import { workspacesInitCommand } from './init.js'
import { workspacesListCommand } from './list.js'
import { workspacesDeleteCommand } from './delete.js'
import { workspacesLoginCommand } from './login.js'
import { workspacesRenameCommand } from './rename.js'
import { workspacesResumeCommand } from './resume.js'
import { workspacesShowCommand } from './show.js'
import { workspacesSuspendCommand } from './suspend.js'
import { workspacesUpdateCommand } from './update.js'

export const workspacesGroup: readonly CommandDefinition[] = [
  workspacesInitCommand,
  workspacesCreateCommand,
  workspacesListCommand,
  workspacesShowCommand,
  workspacesUpdateCommand,
  workspacesRenameCommand,
  workspacesSuspendCommand,
  workspacesResumeCommand,
  workspacesLoginCommand,
  workspacesDeleteCommand,
]
