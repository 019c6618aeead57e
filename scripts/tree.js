import { importSource } from './bundle.js'

/**
 * Reads the command tree, the catalogue of metrics and the tables from the sources, for the pages, completion and help.
 */

/**
 * @typedef {import('../src/shapes/command.js').CommandDescription} Command
 * @typedef {{ name: string, summary: string }} Named
 * @typedef {Named & { text: string }} Topic
 * @returns {Promise<{ groups: Named[], commands: Command[], pages: Record<string, string>, topics: Topic[], completedWords: Record<string, [string, string][]>, scripts: Record<string, string>, metrics: Record<string, import('../src/domain/metric.js').Metric>, kinds: typeof import('../src/domain/kinds.js').kinds, auditedEntities: typeof import('../src/domain/kinds.js').auditedEntities, tables: typeof import('../src/engine/table.js').allTables, glossary: typeof import('../src/engine/generated/tables.js').glossary }>}
 */
export async function describeTree() {
  const { buildTree, groupsOf, renderPages, describeCommands, allTables, ...texts } = await importSource(`
    export { renderPages } from './src/cli/help-output.ts'
    export { buildTree, groupsOf } from './src/cli/program.ts'
    export { describeCommands } from './src/cli/describe.ts'
    export { scripts } from './src/commands/completion/scripts.ts'
    export { completedWords } from './src/commands/completed-words.ts'
    export { topics } from './src/commands/topics.ts'
    export { metrics } from './src/domain/metric.ts'
    export { auditedEntities, kinds } from './src/domain/kinds.ts'
    export { glossary } from './src/engine/generated/tables.ts'
    export { allTables } from './src/engine/table.ts'`)
  // No command runs, so the context is empty.
  const tree = await buildTree({}, '')
  return {
    groups: groupsOf(tree.program),
    commands: describeCommands(tree),
    pages: renderPages(tree.program),
    tables: allTables,
    ...texts,
  }
}
