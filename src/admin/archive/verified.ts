import { rm, writeFile } from 'node:fs/promises'
import { fileFailure } from '../../files/file-failure.js'
import { readSmallFile } from '../../files/small-file.js'

/** The file beside an archive that records when it was verified. */
export function verifiedFile(archive: string): string {
  return `${archive}.verified`
}

export async function markVerified(archive: string, mark: { id: string; at: Date }): Promise<void> {
  const file = verifiedFile(archive)
  try {
    await rm(file, { force: true })
    await writeFile(file, `${JSON.stringify({ id: mark.id, verifiedAt: mark.at.toISOString() })}\n`, {
      mode: 0o600,
      // A link that was put there since is not followed.
      flag: 'wx',
    })
  } catch (error) {
    throw fileFailure(error, file)
  }
}

/** Null if it was never verified. */
export function verifiedAt(archive: string): Date | null {
  try {
    const { verifiedAt: at } = JSON.parse(readSmallFile(verifiedFile(archive)).text) as {
      verifiedAt?: string
    }
    return at === undefined ? null : new Date(at)
  } catch {
    return null
  }
}
