import { UsageError } from '../../errors.js'
import type { CompletionValues } from '../../data/completion-values.js'
import type { Shell } from '../../shapes/command.js'
import type { Context } from '../../context.js'
import { word } from '../../flags/options.js'
import type { CommandBehaviour } from '../definition.js'

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const

export const completionCommand: CommandBehaviour = {
  effect: 'none',
  output: { document: 'completionScript' },
  examples: [
    ['cto completion bash >>~/.bashrc', 'commands, flags, and bugs, projects and people from the database'],
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
  const harmless = Object.entries(values ?? {}).map(([type, pairs]) => [
    type,
    // A value that a terminal would obey cannot be typed either.
    pairs.flatMap(([value, about]) => (visible(value) === value ? [[value, visible(about)]] : [])),
  ])
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.${ctx.now().getTime()}`, JSON.stringify(Object.fromEntries(harmless)), {
    mode: 0o600,
  })
  await rename(`${file}.${ctx.now().getTime()}`, file)
}

/** Null where there is no database, or not yet its tables: completing a word creates nothing and waits for no lock. */
async function findValues(ctx: Context): Promise<CompletionValues | null> {
  const { findCompletionValues } = await import('../../data/completion-values.js')
  const { hasDatabase, open } = await import('../../engine/open.js')
  const { areReadable } = await import('../../engine/tables.js')
  const settings = { ...ctx.db.settings(), readOnly: true, lockTimeoutMs: 0 }
  if (!(await hasDatabase(settings))) return null
  const database = await open(settings, 'inspect')
  try {
    return (await areReadable(database)) ? await database.read(findCompletionValues) : null
  } finally {
    await database.close()
  }
}
