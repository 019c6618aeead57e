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
