import { spawn } from 'node:child_process'
import { once } from 'node:events'
import os from 'node:os'
import type { Env } from './host.js'

/** Opens a page in the user's browser: `$BROWSER`, else the one of the system. False where that cannot be started. */
export async function openInBrowser(url: string, env: Env): Promise<boolean> {
  const [program, ...flags] = env['BROWSER'] ? [env['BROWSER']] : (openers[os.platform()] ?? ['xdg-open'])
  // No shell: the address comes from the database.
  const child = spawn(program, [...flags, url], { stdio: 'ignore', detached: true, env: { ...env } })
  const isStarted = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false),
  ])
  child.unref()
  return isStarted
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}
