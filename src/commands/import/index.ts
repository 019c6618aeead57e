import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addImportApply } from './apply.js'
import { addImportCsv } from './csv.js'
import { addImportGit } from './git.js'
import { addImportGithub } from './github.js'
import { addImportHistory } from './history.js'
import { addImportPlan } from './plan.js'
import { addImportPresets } from './presets.js'
import { addImportShow } from './show.js'
import { addImportTemplate } from './template.js'
import { addImportUndo } from './undo.js'

export function addImport(group: Command, ctx: Context): void {
  addImportCsv(group, ctx)
  addImportGit(group, ctx)
  addImportGithub(group, ctx)
  addImportPlan(group, ctx)
  addImportApply(group, ctx)
  addImportPresets(group, ctx)
  addImportTemplate(group, ctx)
  addImportHistory(group, ctx)
  addImportShow(group, ctx)
  addImportUndo(group, ctx)
}
