import type { Command } from 'commander'
import type { Context } from '../context.js'
import { addImportCsv } from './csv.js'
import { addImportGit } from './git.js'
import { addImportGithub } from './github.js'
import { addImportHistory } from './history.js'
import { addImportShow } from './show.js'
import { addImportUndo } from './undo.js'

export function addImport(group: Command, ctx: Context): void {
  addImportCsv(group, ctx)
  addImportGit(group, ctx)
  addImportGithub(group, ctx)
  addImportHistory(group, ctx)
  addImportShow(group, ctx)
  addImportUndo(group, ctx)
}
