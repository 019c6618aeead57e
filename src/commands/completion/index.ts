import { UsageError } from '../../errors.js'
import type { CompletionValue } from '../../data/completion-values.js'
import type { CompletedType } from '../../domain/kinds.js'
import type { Db } from '../../engine/client.js'
import type { DatabaseSettings } from '../../engine/open.js'
import type { Shell } from '../../shapes/command.js'
import type { Context } from '../../context.js'
import { word } from '../../flags/options.js'
import type { CommandBehaviour } from '../definition.js'

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

export const completionCommand: CommandBehaviour = {
  effect: 'none',
  output: { document: 'completionScript' },
  examples: [
    ['cto completion bash >>~/.bashrc', 'commands, flags, and names of records from the database'],
    ['cto completion zsh >>~/.zshrc', 'behind compinit'],
    ['cto completion fish >~/.config/fish/completions/cto.fish', ''],
    ['cto completion powershell >>$PROFILE', ''],
  ],
  parameters: (command) =>
    command
      .argument('<shell>', shells.join(', '), (value) =>
        value === valuesWord ? value : word('shell', shells, value),
      )
      .argument('[file]', 'for the script itself: where values of the database are kept for a minute'),
  run: (ctx, shell: Shell | typeof valuesWord, file?: string) =>
    shell === valuesWord ? keepValues(ctx, file) : printScript(ctx, shell),
}

/** What the scripts' helper process asks for. */
const valuesWord = 'values'

async function printScript(ctx: Context, shell: Shell): Promise<void> {
  const { scripts } = await import('./scripts.js')
  const script = scripts[shell]
  await ctx.out.document({ data: { shell, script }, text: () => script })
}

/** Stores the database's completion values, readable by the owner alone. */
async function keepValues(ctx: Context, file: string | undefined): Promise<void> {
  if (file === undefined) throw new UsageError('values needs the file to keep them in')
  const { mkdir, rename, writeFile } = await import('node:fs/promises')
  const { dirname } = await import('node:path')
  const { visible } = await import('../../output/visible.js')
  const values = await findValues(ctx)
  const harmless = Object.entries(values).map(([type, pairs]) => [
    type,
    // A value with control characters cannot be typed, so it is not offered.
    pairs.flatMap(([value, about]) => (visible(value) === value ? [[value, visible(about)]] : [])),
  ])
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.${ctx.now().getTime()}`, JSON.stringify(Object.fromEntries(harmless)), {
    mode: 0o600,
  })
  await rename(`${file}.${ctx.now().getTime()}`, file)
}

async function findValues(ctx: Context): Promise<Partial<Record<CompletedType, CompletionValue[]>>> {
  const { findCompletionValues, findWorkspaceDomains } = await import('../../data/completion-values.js')
  const names = await readFrom(ctx.db.settings(), findCompletionValues)
  return {
    ...names,
    // The login of a workspace may not read the registry: it completes the rest.
    workspace:
      (await readFrom(ctx.db.settings({ registry: true }), findWorkspaceDomains).catch(() => null)) ?? [],
    profile: Object.keys(ctx.line.settings.profiles).map((name) => [name, '']),
  }
}

/** Null where there is no database, or not yet its tables: completing a word creates nothing and waits for no lock. */
async function readFrom<T>(settings: DatabaseSettings, read: (db: Db) => Promise<T>): Promise<T | null> {
  const { hasDatabase, open } = await import('../../engine/open.js')
  const { areReadable } = await import('../../engine/tables.js')
  if (!(await hasDatabase(settings))) return null
  const database = await open({ ...settings, readOnly: true, lockTimeoutMs: 0 }, 'inspect')
  try {
    return (await areReadable(database)) ? await database.read(read) : null
  } finally {
    await database.close()
  }
}
