import type { CommandDefinition } from '../definition.js'
import { workspacesAdoptCommand } from './adopt.js'
import { workspacesBackupCommand } from './backup.js'
import { workspacesCloneCommand } from './clone.js'
import { workspacesCreateCommand } from './create.js'
import { workspacesDistributeCommand } from './distribute.js'
import { workspacesDoctorCommand } from './doctor.js'
import { workspacesEachCommand } from './each.js'
import { workspacesInitCommand } from './init.js'
import { workspacesListCommand } from './list.js'
import { workspacesDeleteCommand } from './delete.js'
import { workspacesLoginCommand } from './login.js'
import { workspacesMigrateCommand } from './migrate.js'
import { workspacesOverviewCommand } from './overview.js'
import { workspacesRenameCommand } from './rename.js'
import { workspacesRestoreCommand } from './restore.js'
import { workspacesResumeCommand } from './resume.js'
import { workspacesShowCommand } from './show.js'
import { workspacesStatusCommand } from './status.js'
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
  workspacesEachCommand,
  workspacesOverviewCommand,
  workspacesMigrateCommand,
  workspacesStatusCommand,
  workspacesDoctorCommand,
  workspacesDistributeCommand,
  workspacesCloneCommand,
  workspacesAdoptCommand,
  workspacesBackupCommand,
  workspacesRestoreCommand,
  workspacesDeleteCommand,
]
