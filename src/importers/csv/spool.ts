import { openScratchFile, type ScratchFile } from '../scratch-file.js'

/** Copies a stream to a file, because an import reads its input twice. Throws DISK_FULL, NOT_PERMITTED. */
export async function spool(
  stream: AsyncIterable<Uint8Array | string>,
  folder: string | undefined,
): Promise<ScratchFile> {
  const file = await openScratchFile('standard input', folder)
  try {
    for await (const chunk of stream) await file.append(Buffer.from(chunk))
    return file
  } catch (error) {
    await file.remove()
    throw error
  }
}
