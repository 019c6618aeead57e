/** What a session was spent on. */
export const sessionTypes = [
  'development',
  'debugging',
  'review',
  'testing',
  'research',
  'documentation',
  'meeting',
  'operations',
  'other',
] as const

export type SessionType = (typeof sessionTypes)[number]

/** What kind of tool it is; `model` are messages of language models, which no figure of calls counts. */
export const toolCategories = [
  'file',
  'search',
  'shell',
  'web',
  'agent',
  'mcp',
  'editor',
  'app',
  'model',
  'other',
] as const

export type ToolCategory = (typeof toolCategories)[number]

const categories: Readonly<Record<string, ToolCategory>> = {
  bash: 'shell',
  bashoutput: 'shell',
  killshell: 'shell',
  killbash: 'shell',
  read: 'file',
  write: 'file',
  edit: 'file',
  multiedit: 'file',
  notebookedit: 'file',
  notebookread: 'file',
  glob: 'search',
  grep: 'search',
  ls: 'search',
  toolsearch: 'search',
  webfetch: 'web',
  websearch: 'web',
  task: 'agent',
  agent: 'agent',
}

/** The category of a coding agent's tool by its name: `Bash` is shell, `mcp__github__get` mcp. */
export function categoryOf(toolName: string): ToolCategory {
  const name = toolName.toLowerCase()
  return name.startsWith('mcp__') ? 'mcp' : (categories[name] ?? 'other')
}
