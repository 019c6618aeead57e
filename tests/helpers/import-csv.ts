import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { cto, type Result, type World } from './cto.js'
import { lines } from './lines.js'

/** Imports rows of text as bugs, in the format of Jira, through the command line. */
export async function importBugs(world: World, rows: readonly string[], ...flags: string[]): Promise<Result> {
  await writeFile(path.join(world.folder, 'export.csv'), lines(...rows))
  return cto(world, 'import', 'csv', 'export.csv', '--type', 'bugs', '--from', 'jira', ...flags)
}

export interface Report {
  importId: string | null
  rejectsFile: string | null
  values: Record<string, unknown>
  [count: string]: unknown
}

/** The output of `--json`, without values that differ between runs. */
export function reportIn({ stdout }: Result): Report {
  return (JSON.parse(stdout) as { data: Report }).data
}
