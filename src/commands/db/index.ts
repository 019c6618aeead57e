import type { Command } from 'commander'
import type { Context } from '../../context.js'
import { addDbInfo } from './info.js'
import { addDbInit } from './init.js'
import { addDbMigrate } from './migrate.js'
import { addDbReset } from './reset.js'
import { addDbSeed } from './seed.js'
import { addDbStatus } from './status.js'

export function addDb(group: Command, ctx: Context): void {
  addDbInit(group, ctx)
  addDbStatus(group, ctx)
  addDbMigrate(group, ctx)
  addDbSeed(group, ctx)
  addDbInfo(group, ctx)
  addDbReset(group, ctx)
}
