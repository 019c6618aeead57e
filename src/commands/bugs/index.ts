import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addBugsAssign } from './assign.js'
import { addBugsCreate } from './create.js'
import { addBugsDelete } from './delete.js'
import { addBugsExplain } from './explain.js'
import { addBugsHistory } from './history.js'
import { addBugsList } from './list.js'
import { addBugsNext } from './next.js'
import { addBugsNote } from './note.js'
import { addBugsSearch } from './search.js'
import { addBugsShow } from './show.js'
import { addBugsStats } from './stats.js'
import { addBugsSteps } from './steps.js'
import { addBugsUpdate } from './update.js'

export function addBugs(group: Command, ctx: Context): void {
  addBugsList(group, ctx)
  addBugsSearch(group, ctx)
  addBugsNext(group, ctx)
  addBugsStats(group, ctx)
  addBugsShow(group, ctx)
  addBugsExplain(group, ctx)
  addBugsHistory(group, ctx)
  addBugsCreate(group, ctx)
  addBugsUpdate(group, ctx)
  addBugsAssign(group, ctx)
  addBugsSteps(group, ctx)
  addBugsNote(group, ctx)
  addBugsDelete(group, ctx)
}
