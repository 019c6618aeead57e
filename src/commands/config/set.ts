import { text as readAll } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { CtoError, UsageError, required } from '../../errors.js'
import { placeProblem } from '../../settings/file-values.js'
import { passwordsIn } from '../../settings/secret-url.js'
import type { SettingsFile } from '../../settings/setting.js'
import { changeFile, withKey } from '../../settings/write-file.js'
import type { SettingRow } from '../../shapes/setting.js'
import type { Context } from '../../context.js'
import { isOfFiles, parseKey, type Key } from './key.js'
import { settingView } from '../../views/setting.js'
import { shown } from './rows.js'
import { refuseInFile, setShared } from './shared.js'
import { sayUnknownRecord } from './unknown-record.js'
import type { CommandDefinition } from '../definition.js'

interface SetOptions {
  project?: true
  shared?: true
}

export const configSetCommand: CommandDefinition = {
  name: 'set',
  description: 'Write a setting to the user file',
  effect: 'none',
  output: { record: settingView },
  examples: [
    ['cto config set timezone Europe/Berlin', 'for you'],
    ['cto config set profile staging --project', 'for all who work on this repository'],
    ['pass show cto-prod | cto config set profiles.prod.url -', 'a URL with a password'],
    ['cto config set profiles.prod.protected true', 'no write without --write'],
    ['cto config set currency EUR --shared', 'for all users of the database'],
    ['cto config set slaHours.critical 12 --shared', 'the SLA of critical bugs from now on'],
  ],
  parameters: (command) =>
    command
      .argument('<setting>', 'timezone, or profiles.prod.url')
      .argument(
        '[value]',
        '- reads it from standard input, so that no password stays in the history of the shell',
      )
      .option('--project', 'write it to .cto.json of this project instead')
      .option(
        '--shared',
        'write it to the database, for all its users: currency, hourlyRate, slaHours.critical …',
      ),
  run: (ctx, name: string, value: string | undefined, options: SetOptions) =>
    setSetting(ctx, { name, value }, options),
}

interface Given {
  name: string
  value: string | undefined
}

async function setSetting(
  ctx: Context,
  { name, value }: Given,
  { project, shared: isShared }: SetOptions,
): Promise<void> {
  if (isShared) {
    if (project)
      throw new UsageError('--project and --shared exclude each other', { hint: 'name one of them' })
    if (value === undefined)
      throw new UsageError(`${name} needs a value`, { hint: `cto config set ${name} VALUE --shared` })
    await ctx.out.one(settingView, await setShared(ctx, name, value))
    return
  }
  if (!isOfFiles(name)) {
    const again = value !== undefined && /^[\w.]+$/.test(value) ? value : 'VALUE'
    await refuseInFile(name, `cto config set ${name} ${again} --shared`)
  }
  const key = parseKey(name)
  const kind = project ? 'project' : 'user'
  requirePlace(key, kind)
  const text = await valueOf(ctx, key, value)
  const parsed = checked(key, text)
  const file = ctx.line.settings.paths[kind]
  const changed = changeFile(file, (content) => withKey(content, key.path, parsed), {
    isPrivate: kind === 'user',
    dryRun: ctx.line.flags.dryRun,
  })
  if (!changed) ctx.out.notice(`${file} has this value already; nothing was changed`)
  if (value !== undefined && value !== '-' && key.setting.secret && passwordsIn(text).length > 0)
    ctx.out.notice(`the password is in the history of your shell now; next time: cto config set ${name} -`)
  sayOverruled(ctx, key, kind)
  await sayUnknownRecord(ctx, key, parsed)
  const row: SettingRow = {
    name,
    value: shown(key.setting, parsed),
    origin: kind,
    source: file,
    type: key.setting.kind,
    description: key.setting.description,
  }
  await ctx.out.one(settingView, row)
}

function requirePlace({ name, known }: Key, kind: SettingsFile): void {
  const problem = placeProblem(name, kind)
  if (problem === null) return
  const isUrl = known !== null && ['databaseUrl', 'directUrl', 'readUrl'].includes(known)
  throw new UsageError(`${name} ${problem}`, {
    hint: isUrl ? 'cto config set profiles.NAME.url -, then cto config set profile NAME' : 'cto config list',
  })
}

/** From the line, from standard input, or asked for. */
async function valueOf(ctx: Context, { name, setting }: Key, given: string | undefined): Promise<string> {
  if (given === undefined && !ctx.ask.canAsk)
    throw new UsageError(`${name} needs a value`, {
      hint: `cto config set ${name} VALUE, or - for standard input`,
    })
  if (given !== undefined && given !== '-') return given
  if (ctx.ask.canAsk) return setting.secret ? ctx.ask.secret(`${name}:`) : ctx.ask.text(`${name}:`)
  return (await readAll(Readable.from(ctx.line.stdin))).replace(/\r?\n$/, '')
}

function checked({ name, setting }: Key, text: string): unknown {
  try {
    return setting.parse(text)
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    throw new CtoError('INVALID_VALUE', `${name}: ${error.message}`, {
      reason: error.reason,
      hint: error.hint,
    })
  }
}

/** A value written here has no effect where a stronger origin sets another. */
function sayOverruled(ctx: Context, { name, known }: Key, kind: SettingsFile): void {
  const origin = known === null ? null : ctx.line.settings.origins[known]
  const before = ['flag', 'variable', ...(kind === 'user' ? ['project'] : [])]
  if (origin !== null && before.includes(origin.from))
    ctx.out.notice(
      `${required(origin.name, 'what sets the value')} sets ${name} too, and comes before this file`,
    )
}
