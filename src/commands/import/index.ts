import { importApplyCommand } from './apply.js'
import { importCsvCommand } from './csv.js'
import { importGitCommand } from './git.js'
import { importGithubCommand } from './github.js'
import { importHistoryCommand } from './history.js'
import { importPlanCommand } from './plan.js'
import { importPresetsCommand } from './presets.js'
import { importShowCommand } from './show.js'
import { importTemplateCommand } from './template.js'
import { importUndoCommand } from './undo.js'
import type { CommandDefinition } from '../definition.js'

export const importGroup: readonly CommandDefinition[] = [
  importCsvCommand,
  importGitCommand,
  importGithubCommand,
  importPlanCommand,
  importApplyCommand,
  importPresetsCommand,
  importTemplateCommand,
  importHistoryCommand,
  importShowCommand,
  importUndoCommand,
]
