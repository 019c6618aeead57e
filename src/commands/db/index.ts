import { dbBackupCommand } from './backup.js'
import { dbInspectCommand } from './inspect.js'
import { dbCancelCommand } from './cancel.js'
import { dbGrantCommand } from './grant.js'
import { dbHealthCommand } from './health.js'
import { dbSizeCommand } from './size.js'
import { dbDoctorCommand } from './doctor.js'
import { dbInfoCommand } from './info.js'
import { dbInitCommand } from './init.js'
import { dbMigrateCommand } from './migrate.js'
import { dbQueryCommand } from './query.js'
import { dbResetCommand } from './reset.js'
import { dbSeedCommand } from './seed.js'
import { dbVerifyCommand } from './verify.js'
import { dbRestoreCommand } from './restore.js'
import { dbCopyCommand } from './copy.js'
import { dbPruneCommand } from './prune.js'
import { dbStatusCommand } from './status.js'
import { dbServeCommand } from './serve.js'
import { dbStudioCommand } from './studio.js'
import type { CommandDefinition } from '../definition.js'

export const dbGroup: readonly CommandDefinition[] = [
  dbInitCommand,
  dbStatusCommand,
  dbMigrateCommand,
  dbSeedCommand,
  dbInfoCommand,
  dbHealthCommand,
  dbDoctorCommand,
  dbInspectCommand,
  dbCancelCommand,
  dbSizeCommand,
  dbBackupCommand,
  dbVerifyCommand,
  dbRestoreCommand,
  dbCopyCommand,
  dbPruneCommand,
  dbGrantCommand,
  dbQueryCommand,
  dbServeCommand,
  dbStudioCommand,
  dbResetCommand,
]
