import { readFile, writeFile } from 'node:fs/promises'
import { fileFailure } from './file-failure.js'

/** The file beside an archive that says when it was verified. */
export function verifiedFile(archive: string): string {
  return `${archive}.verified`
}

export async function markVerified(archive: string, mark: { id: string; at: Date }): Promise<void> {
  const file = verifiedFile(archive)
  try {
    await writeFile(file, `${JSON.stringify({ id: mark.id, verifiedAt: mark.at.toISOString() })}\n`, {
      mode: 0o600,
    })
  } catch (error) {
    throw fileFailure(error, file)
  }
}

/** Null if it was never verified. */
export async function verifiedAt(archive: string): Promise<Date | null> {
  try {
    const { verifiedAt: at } = JSON.parse(await readFile(verifiedFile(archive), 'utf8')) as {
      verifiedAt?: string
    }
    return at === undefined ? null : new Date(at)
  } catch {
    return null
  }
}
