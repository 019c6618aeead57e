import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

/** The versions of Node, beside the one that runs the tests, on which cto is tested and measured. */
export const nodeVersions = { '22': '22.23.3', '24': '24.21.0' } as const

export type NodeMajor = keyof typeof nodeVersions

/**
 * The program of another version of Node. It is 120 MB, so npm downloads it when it is first wanted, not in every
 * `npm install`.
 *
 * @returns its path
 * @throws Error where npm has no such program for this platform, or cannot be reached
 */
export async function installNode(major: NodeMajor): Promise<string> {
  const version = nodeVersions[major]
  const name = `node-${process.platform}-${process.arch}`
  const folder = path.resolve('node_modules/.cto/node', version)
  const program = path.join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(program)) return program
  await mkdir(path.dirname(folder), { recursive: true })
  const unfinished = await mkdtemp(`${folder}-`)
  try {
    const flags = ['--no-save', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
    await promisify(execFile)('npm', ['install', '--prefix', unfinished, ...flags, `${name}@${version}`])
    // Another run may have installed it meanwhile.
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(program)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return program
}
