import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { ArchiveVerification } from '../../shapes/archive.js'
import type { Verified } from '../../admin/archive/verify.js'
import type { Context, OtherDatabase } from '../../context.js'
import { serverUrl } from '../../flags/database.js'
import { archiveCheckView } from '../../views/archive.js'
import { withArchive } from '../with-archive.js'
import { inputName } from '../../flags/text-file.js'
import { auditIfPossible } from './audit.js'
import { addDecryption, decryptionKeys, type DecryptionOptions } from '../archive-keys.js'
import { folderLock, homeFile } from '../home-file.js'
import { counted } from '../../domain/counted.js'
import { required } from '../../errors.js'
import { grouped } from '../../output/number-text.js'
import type { CommandDefinition } from '../definition.js'

interface VerifyOptions extends DecryptionOptions {
  quick?: true
  in?: string
}

export const dbVerifyCommand: CommandDefinition = {
  name: 'verify',
  description: 'Prove that an archive can be restored: restore it aside, read everything back, compare',
  effect: 'writes',
  output: { list: archiveCheckView, document: 'archiveVerification' },
  exitCodes: [3, 8],
  examples: [
    ['cto db verify web-20260302T090000Z.cto.tar', 'in a temporary database; exit 8 if anything differs'],
    ['cto db verify web-20260302T090000Z.cto.tar --quick', 'only read it, and compare with its manifest'],
  ],
  parameters: (command) =>
    addDecryption(
      command
        .argument('<file>', 'an archive of cto db backup; - for standard input')
        .option('--quick', 'restore nothing')
        .option(
          '--in <url>',
          'restore into a schema of this PostgreSQL, in a transaction that is rolled back',
          serverUrl,
        ),
    ),
  run: verify,
}

async function verify(ctx: Context, name: string, options: VerifyOptions): Promise<void> {
  const keys = await decryptionKeys(ctx, options)
  const { unlessDamaged } = await import('../../admin/archive/verify.js')
  const verified = await unlessDamaged(() =>
    withArchive(ctx, { name, keys }, (chunks) =>
      options.quick ? checkQuickly(chunks) : restoreAside(ctx, chunks, options),
    ),
  )
  const { checks, manifest } = verified
  const ok = checks.every((check) => check.ok)
  if (ok && manifest !== null && !options.quick) await record(ctx, name, manifest.id)
  const verification: ArchiveVerification = { ok, level: options.quick ? 'quick' : 'restored', checks }
  if (ctx.line.flags.format === 'json') await ctx.out.document({ data: verification, text: () => '' })
  else await ctx.out.page(archiveCheckView, { data: checks, total: checks.length })
  if (ok) ctx.out.notice(provenText(path.basename(inputName(name)), verified))
  else ctx.out.caution(failedText(path.basename(inputName(name)), verified))
  if (!ok) ctx.out.setExitCode(8)
}

function provenText(name: string, { checks, manifest }: Verified): string {
  const { tables, members } = required(manifest, 'the manifest of an archive that is whole')
  const restored = checks.filter(({ check }) => check.startsWith('rows of '))
  if (restored.length === 0) {
    const whole = `its ${members.length + 1} members are as they were written`
    return `${name} is whole: ${whole}; without --quick it is restored aside and compared too`
  }
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0)
  const stored = `${counted(restored.length, 'table')} with ${grouped(String(rows))} rows`
  const figures = checks.some(({ check }) => check === 'figures') ? ', and its figures recomputed' : ''
  return `${name} can be restored: ${stored} were restored aside, read back and compared${figures}; no difference`
}

function failedText(name: string, { checks, hint }: Verified): string {
  const failed = checks.filter(({ ok }) => !ok).map(({ check }) => check)
  const text = `${name} cannot be restored as it was written: ${failed.join(', ')}`
  return hint === undefined ? `${text}; use an older one: cto db backup --list` : `${text}; ${hint}`
}

async function checkQuickly(chunks: AsyncIterable<Uint8Array>): Promise<Verified> {
  const { checkArchive } = await import('../../admin/archive/verify.js')
  return checkArchive(chunks)
}

/** The schema that a server never shows: the transaction that makes it is rolled back. */
const scratchSchema = 'cto_verify'

async function restoreAside(
  ctx: Context,
  chunks: AsyncIterable<Uint8Array>,
  options: VerifyOptions,
): Promise<Verified> {
  const { inSchema } = await import('../../engine/bulk.js')
  const { tryArchive } = await import('../../admin/archive/verify.js')
  const progress = ctx.out.progress('restoring rows aside')
  const onProgress = (rows: number) => {
    progress.update({ count: rows })
  }
  const inDatabase = (other: OtherDatabase) =>
    ctx.db.open(
      'inspect',
      (database) => tryArchive(inSchema(database, scratchSchema), chunks, { onProgress }),
      { other, longWork: true, interruptible: true },
    )
  try {
    return await (options.in === undefined
      ? inScratchFolder(ctx, (home) => inDatabase({ home }))
      : inDatabase({ url: options.in }))
  } finally {
    progress.end()
  }
}

/** A folder for one embedded database; one that a killed process left is removed first. */
async function inScratchFolder<T>(ctx: Context, work: (home: string) => Promise<T>): Promise<T> {
  const { acquireLock } = await import('../../engine/embedded/embedded-lock.js')
  const { makeHome } = await import('../../engine/embedded/embedded-folder.js')
  const folder = homeFile(ctx, 'verify')
  await makeHome(path.dirname(folder))
  const { release } = await acquireLock({
    what: 'the folder of db verify',
    path: `${folder}.lock`,
    ...folderLock(ctx),
  })
  try {
    await rm(folder, { recursive: true, force: true })
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await release()
  }
}

/** Beside the archive, and in the audit log of the database that is chosen: `doctor` reads it there. */
async function record(ctx: Context, name: string, id: string): Promise<void> {
  if (ctx.line.flags.dryRun) return
  const { markVerified } = await import('../../admin/archive/verified.js')
  if (name !== '-') await markVerified(path.resolve(ctx.line.cwd, name), { id, at: ctx.now() })
  await ctx.db.open('inspect', (database) =>
    auditIfPossible(ctx, database, { action: 'db.verify', details: { id } }),
  )
}
