import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import path from 'node:path'

export interface Commit {
  /** Path → content; null deletes. */
  files?: Record<string, string | Buffer | null>
  author?: string
  /** Seconds since 1970 and the author's zone: `1772440200 +0900`. */
  authored?: string
  committed?: string
  /** In the encoding; UTF-8 without one. */
  message?: string | Buffer
  encoding?: string
  branch?: string
  /** Another branch whose newest commit becomes a second parent. */
  merge?: string
}

const defaultTime = '1772440200 +0000'

/** A clone somewhere below a folder, made of these commits; its files are not checked out. */
export function makeClone(
  below: string,
  commits: readonly Commit[],
  { name = 'web', remote }: MakeClone = {},
): string {
  const folder = path.join(mkdtempSync(path.join(below, 'clone-')), name)
  execFileSync('git', ['init', '-q', '-b', 'main', folder])
  git(folder, ['fast-import', '--quiet'], Buffer.concat(commits.flatMap(stream)))
  if (remote !== undefined) git(folder, ['remote', 'add', 'origin', remote])
  return folder
}

export interface MakeClone {
  name?: string
  remote?: string
}

export function git(folder: string, args: readonly string[], input: Buffer | string = ''): string {
  return execFileSync('git', ['-C', folder, ...args], { input, encoding: 'utf8' }).trim()
}

function stream({
  files = {},
  author = 'Ada <ada@example.com>',
  authored = defaultTime,
  committed = authored,
  message = '',
  encoding,
  branch = 'main',
  merge,
}: Commit): Buffer[] {
  const text = Buffer.from(message)
  const head =
    `commit refs/heads/${branch}\nauthor ${author} ${authored}\ncommitter ${author} ${committed}\n` +
    (encoding === undefined ? '' : `encoding ${encoding}\n`)
  return [
    Buffer.from(`${head}data ${text.length}\n`),
    text,
    Buffer.from(merge === undefined ? '\n' : `\nmerge refs/heads/${merge}\n`),
    ...Object.entries(files).flatMap(([file, content]) => {
      const quoted = JSON.stringify(file)
      if (content === null) return [Buffer.from(`D ${quoted}\n`)]
      const bytes = Buffer.from(content)
      return [Buffer.from(`M 100644 inline ${quoted}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')]
    }),
    Buffer.from('\n'),
  ]
}
