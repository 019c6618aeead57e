import os from 'node:os'
import path from 'node:path'

/** The folder of what can be computed again: `cto` below XDG_CACHE_HOME where that is an absolute path, else below ~/.cache. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const cache = env['XDG_CACHE_HOME']
  const base = cache && path.isAbsolute(cache) ? cache : path.join(env['HOME'] ?? os.homedir(), '.cache')
  return path.join(base, 'cto')
}
