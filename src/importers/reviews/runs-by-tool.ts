import type { ToolRun } from './finding.js'

/**
 * The runs of a file as reviews: one for each tool and commit. A tool that analyses several languages, or parts of a repository,
 * writes a run for each; together they are what it found.
 */
export function runsByTool(runs: readonly ToolRun[]): ToolRun[] {
  const groups = new Map<string, ToolRun[]>()
  for (const run of runs) {
    const shas = new Set(runs.flatMap(({ tool, sha }) => (tool === run.tool && sha !== null ? [sha] : [])))
    // A run that names no commit is of the one that the others name.
    const [only = null] = shas.size === 1 ? shas : []
    const key = JSON.stringify([run.tool, run.sha ?? only])
    groups.set(key, [...(groups.get(key) ?? []), { ...run, sha: run.sha ?? only }])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const ends = group.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt.getTime()]))
    return {
      ...first,
      endedAt: ends.length === 0 ? null : new Date(Math.max(...ends)),
      findings: findingsOf(group),
    }
  })
}

function* findingsOf(runs: readonly ToolRun[]) {
  for (const { findings } of runs) yield* findings
}
