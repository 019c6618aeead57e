import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { DraftFile } from '../context.js'
import { CtoError } from '../errors.js'
import { readSmallFile } from '../files/small-file.js'
import type { Env, Host } from './host.js'

interface EditOptions {
  host: Host
  env: Env
  /** The setting; `$VISUAL`, `$EDITOR` and vi come after it. */
  editor: string | null
}

/** Opens the user's editor on a text, in a folder that only the user can read; it stays there until discarded. */
export async function editText(
  text: string,
  name: string,
  { host, env, editor }: EditOptions,
): Promise<DraftFile> {
  const draft = keepText(text, name, host)
  // An empty variable counts as unset.
  const program = [editor, env['VISUAL'], env['EDITOR']].find(Boolean) ?? 'vi'
  const exitCode = await runEditor(program, draft.file, env).catch((error: unknown) => error)
  const edited = editedText(draft.file)
  if (host.signal.aborted) {
    if (edited === text) draft.discard()
    else draft.announceKept()
    host.signal.throwIfAborted()
  }
  if (exitCode !== 0) {
    if (edited === text) draft.discard()
    else draft.announceKept()
    // The exit codes of a shell that cannot find a program, or may not run it.
    const isThere = exitCode !== 126 && exitCode !== 127 && typeof exitCode === 'number'
    const what = isThere ? 'ended without success; nothing was done' : 'cannot be started'
    throw new CtoError(isThere ? 'NOT_CONFIRMED' : 'NOT_CONFIGURED', `the editor "${program}" ${what}`, {
      reason: typeof exitCode === 'number' ? `exit code ${exitCode}` : String(exitCode),
      hint: 'cto config set editor PROGRAM, or export EDITOR=PROGRAM',
    })
  }
  return { ...draft, text: edited }
}

const mostBytes = 64 * 2 ** 20

function editedText(file: string): string {
  try {
    return readSmallFile(file, mostBytes).text
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : undefined
    throw new CtoError('BAD_FILE', `the text that the editor left in ${file} cannot be read`, {
      reason,
      cause,
    })
  }
}

/** A text in a file of its own, so that no failure loses it. */
export function keepText(text: string, name: string, { stderr }: Host): DraftFile {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cto-'))
  const file = path.join(folder, name)
  writeFileSync(file, text, { mode: 0o600 })
  return {
    text,
    file,
    discard: () => {
      rmSync(folder, { recursive: true, force: true })
    },
    announceKept: () => {
      stderr.write(`your text is kept: ${file}\n`)
    },
  }
}

/** Its screen is our stderr, which is a terminal where stdout may be a pipe. */
async function runEditor(program: string, file: string, env: Env): Promise<number> {
  const streams = { stdio: [0, 2, 2] as number[], env: { ...env } }
  const child =
    os.platform() === 'win32'
      ? spawn(`${program} "${file}"`, { ...streams, shell: true })
      : // As git does: the setting may hold arguments, `code --wait`.
        spawn('sh', ['-c', `${program} "$@"`, program, file], streams)
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  return exitCode ?? 1
}
