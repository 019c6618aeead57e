import { bugsAssignCommand } from './assign.js'
import { bugsCreateCommand } from './create.js'
import { bugsDeleteCommand } from './delete.js'
import { bugsDuplicateCommand } from './duplicate.js'
import { bugsExplainCommand } from './explain.js'
import { bugsHistoryCommand } from './history.js'
import { bugsLinkCommand } from './link.js'
import { bugsListCommand } from './list.js'
import { bugsNextCommand } from './next.js'
import { bugsNoteCommand } from './note.js'
import { bugsSearchCommand } from './search.js'
import { bugsShowCommand } from './show.js'
import { bugsStatsCommand } from './stats.js'
import { bugsStepCommands } from './steps.js'
import { bugsUpdateCommand } from './update.js'
import type { CommandDefinition } from '../definition.js'

export const bugsGroup: readonly CommandDefinition[] = [
  bugsListCommand,
  bugsSearchCommand,
  bugsNextCommand,
  bugsStatsCommand,
  bugsShowCommand,
  bugsExplainCommand,
  bugsHistoryCommand,
  bugsCreateCommand,
  bugsUpdateCommand,
  bugsAssignCommand,
  ...bugsStepCommands,
  bugsDuplicateCommand,
  bugsLinkCommand,
  bugsNoteCommand,
  bugsDeleteCommand,
]
