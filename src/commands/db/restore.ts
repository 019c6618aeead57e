import type { DecryptionKeys } from '../../admin/archive/age.js'
import type { Bulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { schema } from '../../flags/database.js'
import { list } from '../../flags/options.js'
import { restoredTableView } from '../../views/archive.js'
import { inBackups } from '../in-backups.js'
import { addDecryption, decryptionKeys, type DecryptionOptions } from '../archive-keys.js'
import { printRestoration } from './print-restoration.js'
import { withArchive } from '../with-archive.js'
import { restoringActor } from './audit.js'
import type { CommandDefinition } from '../definition.js'

interface RestoreOptions extends DecryptionOptions {
  replace?: true
  confirm?: string
  backup: boolean
  intoSchema?: string
  tables?: string[]
}

export const dbRestoreCommand: CommandDefinition = {
  name: 'restore',
  description: 'Make the database what it was when an archive was written',
  effect: 'destroys',
  output: { list: restoredTableView, document: 'restoration' },
  exitCodes: [3, 7],
  examples: [
    ['cto db restore web-20260302T090000Z.cto.tar', 'into a database without rows'],
    [
      'cto db restore web-20260302T090000Z.cto.tar --replace',
      'over rows, after a backup of them; asks for the name',
    ],
    [
      'cto db restore web-20260302T090000Z.cto.tar --into-schema march',
      'an old state beside the present one',
    ],
    [
      'cto db restore web-20260302T090000Z.cto.tar --tables bugs,users --into-schema march',
      'some tables of it',
    ],
  ],
  parameters: (command) =>
    addDecryption(
      command
        .argument('<file>', 'an archive of cto db backup; - for standard input')
        .option('--replace', 'replace the rows that are there; they are backed up first')
        .option('--confirm <name>', 'the name of the database, or "embedded"; --yes is not enough')
        .option('--no-backup', 'replace them without a backup')
        .option('--into-schema <schema>', 'restore into this schema, which must not hold rows', schema)
        .option('--tables <tables>', 'with --into-schema: only these', list),
    ),
  run: restore,
}

async function restore(ctx: Context, name: string, options: RestoreOptions): Promise<void> {
  if (options.tables && options.intoSchema === undefined) {
    throw new UsageError('--tables needs --into-schema', {
      reason: 'a part of an archive beside other rows would fit none of them',
      hint: 'add --into-schema old',
    })
  }
  const { openArchive } = await import('../../admin/archive/read.js')
  const { holdsRows, refuseRows, restoreArchive } = await import('../../admin/archive/restore.js')
  const { inSchema } = await import('../../engine/bulk.js')
  const { dryRun } = ctx.line.flags
  const keys = await decryptionKeys(ctx, options)
  const progress = ctx.out.progress('restoring rows')
  const work = async (database: Database, chunks: AsyncIterable<Uint8Array>) => {
    if (options.intoSchema !== undefined && database.workspace !== null) {
      throw new UsageError('a workspace is one schema, beside which nothing can be restored', {
        hint: `cto workspaces restore ${name} --as DOMAIN`,
      })
    }
    const target = options.intoSchema === undefined ? database : inSchema(database, options.intoSchema)
    const { parts } = await openArchive(chunks)
    if (await holdsRows(target)) {
      if (!options.replace) refuseRows('db.restore', options.intoSchema)
      if (!dryRun) {
        const question = `replace everything in ${database.target}?`
        await ctx.ask.confirmName(question, database.name, options.confirm)
      }
    }
    return restoreArchive(target, {
      parts,
      replace: options.replace ?? false,
      saveFirst: options.backup && !dryRun ? (bulk) => saveRows(ctx, { database, bulk, keys }) : null,
      only: options.tables && new Set(options.tables),
      dryRun,
      action: 'db.restore',
      actorIn: (db) => restoringActor(ctx, db),
      onProgress: (rows) => {
        progress.update({ count: rows })
      },
    })
  }
  const restoration = await withArchive(ctx, { name, keys }, (chunks) =>
    ctx.db.open('inspect', (database) => work(database, chunks), {
      changesTables: true,
      longWork: true,
      interruptible: true,
    }),
  ).finally(() => {
    progress.end()
  })
  await printRestoration(ctx, restoration, 'restored')
}

interface SaveRows {
  database: Database
  bulk: Bulk
  keys: DecryptionKeys
}

/**
 * Of the same moment: in the transaction that replaces the rows, when no other session can write them. Encrypted as the archive
 * that replaces them.
 */
async function saveRows(ctx: Context, { database: { name }, bulk, keys }: SaveRows): Promise<string> {
  const { archiveOf } = await import('../../admin/archive/back-up.js')
  const { encrypt, keysToEncrypt } = await import('../../admin/archive/age.js')
  const { writeArchiveFile } = await import('../../admin/archive/archive-file.js')
  const encryption = await keysToEncrypt(keys)
  const request = { name, exclude: [], tool: `cto/${ctx.line.version}`, now: ctx.now() }
  const file = await inBackups(ctx, { name, encrypted: encryption !== null }, async (to) => {
    const chunks = await archiveOf(bulk, request)
    await writeArchiveFile(to, encryption ? encrypt(chunks, encryption) : chunks)
  })
  ctx.out.notice(`what was there is in ${file}`)
  return file
}
