import type { AskHandle } from '../context.js'
import { parseJson } from '../domain/parse-json.js'
import { UsageError } from '../errors.js'
import { readSmallFile } from '../files/small-file.js'
import { isRecord } from '../settings/files.js'
import { changeFile } from '../settings/write-file.js'

interface NamedByFile {
  workspace: string
  /** The `.cto.json` that names it. */
  file: string
}

interface Confirming {
  /** Keeps what was confirmed. */
  confirmed: string
  ask: AskHandle
  /** Whether the user answers, not a flag: only then is the answer kept. */
  isAnswered: boolean
}

/**
 * The file of a project comes with its repository, and may name a workspace that the user does not expect. Before the first
 * write the user confirms it, once for each file and workspace.
 *
 * @throws UsageError where no question can be asked; CtoError NOT_CONFIRMED
 */
export async function confirmWorkspace(
  { workspace, file }: NamedByFile,
  { confirmed, ask, isAnswered }: Confirming,
): Promise<void> {
  if (confirmedIn(confirmed)[file] === workspace) return
  if (!ask.canAsk) {
    throw new UsageError(`only ${file} names the workspace ${workspace}; nothing was written`, {
      hint: `add --workspace ${workspace}`,
    })
  }
  await ask.confirm(`Write to the workspace ${workspace}, which only ${file} names?`)
  if (!isAnswered) return
  changeFile(confirmed, (content) => ({ ...content, [file]: workspace }), { isPrivate: true, dryRun: false })
}

/** A file that is missing or damaged confirms nothing. */
function confirmedIn(file: string): Record<string, unknown> {
  try {
    const content: unknown = parseJson(readSmallFile(file).text)
    return isRecord(content) ? content : {}
  } catch {
    return {}
  }
}
