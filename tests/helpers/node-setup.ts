import type { TestProject } from 'vitest/node'
import buildSetup from './build-setup.js'
import { installNode, nodeVersions, type NodeMajor } from './node-version.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The Node on which the tests of this project run cto; `missing` is the reason why it cannot be had. */
    node: { program: string } | { missing: string }
  }
}

/** Installs the Node after which the project is named: `node-24`. */
export default async function setup(project: TestProject): Promise<void> {
  buildSetup()
  const major = project.name.replace('node-', '') as NodeMajor
  const node = await installNode(major).then(
    (program) => ({ program }),
    (error: unknown) => ({
      missing: `npm cannot install Node ${nodeVersions[major]}: ${/npm error code (\w+)/.exec(String(error))?.[1] ?? String(error)}`,
    }),
  )
  project.provide('node', node)
  project.provide('engine', `Node ${nodeVersions[major]}`)
}
