import { readFileSync, writeFileSync } from 'node:fs'

/** Replaces a text that occurs in a file exactly once. */
export function replaceInFile(file: string, text: string, by: string): void {
  const parts = readFileSync(file, 'utf8').split(text)
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${text}`)
  writeFileSync(file, parts.join(by))
}
