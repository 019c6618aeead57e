import type { Reporter, TestModule } from 'vitest/node'

/** Prints at the end the engines of the run, whether a cluster was one, and the skipped tests with the reasons, a line each. */
export class EnginesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>()
    const skipped = new Map<string, number>()
    for (const { project, children } of modules) {
      const { engine } = project.getProvidedContext()
      for (const test of children.allTests()) {
        const result = test.result()
        if (result.state === 'skipped') count(skipped, result.note ?? test.fullName)
        else if (engine) count(counts, engine)
      }
    }
    const engines = [...counts].map(([engine, tests]) => `${engine} (${tests} tests)`)
    if (engines.length > 0) console.log(`Engines: ${engines.join(', ')}`)
    for (const line of clusterNote(process.env['CTO_TEST_CITUS_URL'])) console.log(line)
    for (const [why, tests] of skipped) console.log(`Skipped: ${tests} × ${why}`)
  }
}

export function clusterNote(url: string | undefined): string[] {
  return url ? [] : ['Cluster: no test ran on Citus, as CTO_TEST_CITUS_URL is not set']
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
