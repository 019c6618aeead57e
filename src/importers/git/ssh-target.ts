import { execFile } from 'node:child_process'
import type { Git } from './git.js'

/**
 * An address with the host to which ssh would connect, since `work:acme/web` can be an alias of GitHub in the user's settings. Any
 * other address is returned unchanged, as is one whose host ssh cannot tell.
 */
export async function sshTarget(url: string, { env, signal }: Pick<Git, 'env' | 'signal'>): Promise<string> {
  const [, host, path] = scpForm.exec(url) ?? sshForm.exec(url) ?? []
  if (host === undefined || path === undefined) return url
  const hostName = await hostNameOf(host, { env, signal })
  return hostName === null || hostName === host ? url : `ssh://${hostName}/${path}`
}

/** A host never starts with a hyphen: ssh would take it for an option. */
const scpForm = /^(?:[^@/\s]+@)?(\w[\w.-]*):(?!\/\/)\/*(.+)$/
const sshForm = /^ssh:\/\/(?:[^@/\s]*@)?(\w[\w.-]*)(?::\d+)?\/+(.+)$/

/** Null without ssh. Asks no name server. */
async function hostNameOf(
  host: string,
  { env, signal }: Pick<Git, 'env' | 'signal'>,
): Promise<string | null> {
  const args = ['-G', '-o', 'CanonicalizeHostname=no', host]
  const output = await new Promise<string>((resolve) => {
    execFile('ssh', args, { env, signal, timeout: longestMs }, (error, stdout) => {
      resolve(error === null ? stdout : '')
    })
  })
  signal.throwIfAborted()
  return /^hostname (\S+)$/m.exec(output)?.[1] ?? null
}

const longestMs = 5000
