import { grouped, percent } from '../output/number-text.js'
import { empty, type Field, type RecordView } from '../output/field.js'
import type { Tool, ToolGroup } from '../shapes/session.js'
import { amount } from './amount.js'
import { milliseconds, percentileFields } from './milliseconds.js'

/** The sums that a tool and a group of tools have. */
type Sums = Pick<
  Tool,
  | 'calls'
  | 'errors'
  | 'errorRate'
  | 'totalDurationMs'
  | 'requests'
  | 'requestErrors'
  | 'inputTokens'
  | 'outputTokens'
  | 'cacheReadTokens'
  | 'cacheWriteTokens'
  | 'costUsd'
>

const sums: readonly Field<Sums>[] = [
  { name: 'calls', header: 'CALLS', align: 'right' },
  { name: 'errors', header: 'FAILED', align: 'right' },
  {
    name: 'errorRate',
    header: 'ERRORS',
    text: ({ errorRate }) => (errorRate === null ? empty : percent(errorRate)),
    align: 'right',
  },
  {
    name: 'totalDurationMs',
    header: 'TIME',
    text: ({ totalDurationMs }) => milliseconds(totalDurationMs),
    align: 'right',
  },
  { name: 'requests', header: 'REQUESTS', align: 'right', omit: 4 },
  { name: 'requestErrors', header: 'FAILED REQUESTS', align: 'right' },
  {
    name: 'inputTokens',
    header: 'INPUT',
    text: ({ inputTokens }) => count(inputTokens),
    align: 'right',
    omit: 2,
  },
  {
    name: 'outputTokens',
    header: 'OUTPUT',
    text: ({ outputTokens }) => count(outputTokens),
    align: 'right',
    omit: 2,
  },
  {
    name: 'cacheReadTokens',
    header: 'CACHE READ',
    text: ({ cacheReadTokens }) => count(cacheReadTokens),
    align: 'right',
  },
  {
    name: 'cacheWriteTokens',
    header: 'CACHE WRITE',
    text: ({ cacheWriteTokens }) => count(cacheWriteTokens),
    align: 'right',
  },
  { name: 'costUsd', header: 'USD', text: ({ costUsd }) => amount(costUsd), align: 'right', omit: 3 },
]

/** How a tool is printed in a list. */
export const toolView: RecordView<Tool> = {
  name: 'tool',
  plural: 'tools',
  shape: 'tool',
  id: ({ toolName }) => toolName,
  defaults: [
    ...['toolName', 'toolCategory', 'sessions', 'people', 'calls', 'errorRate', 'totalDurationMs'],
    ...['requests', 'inputTokens', 'outputTokens', 'costUsd'],
  ],
  fields: [
    { name: 'toolName', header: 'TOOL', shrink: 1, least: 12 },
    { name: 'toolCategory', header: 'CATEGORY', omit: 1 },
    { name: 'sessions', header: 'SESSIONS', align: 'right', omit: 0 },
    { name: 'people', header: 'PEOPLE', align: 'right', omit: 0 },
    { name: 'uses', header: 'USES', align: 'right' },
    ...sums,
    { name: 'cpuTimeMs', header: 'CPU', text: ({ cpuTimeMs }) => milliseconds(cpuTimeMs), align: 'right' },
    { name: 'memoryUsageMb', header: 'MEMORY MB', align: 'right' },
    {
      name: 'outputSizeBytes',
      header: 'OUTPUT BYTES',
      text: ({ outputSizeBytes }) => count(outputSizeBytes),
      align: 'right',
    },
    { name: 'lastUsedAt', header: 'LAST USED' },
  ],
}

/** Rows of `tools stats`. */
export const toolGroupView: RecordView<ToolGroup> = {
  name: 'group of calls',
  plural: 'groups of calls',
  shape: 'toolGroup',
  id: ({ group }) => group ?? '',
  defaults: [
    ...['group', 'calls', 'errorRate', 'totalDurationMs', 'durationP50Ms', 'durationP95Ms'],
    ...['requests', 'inputTokens', 'outputTokens', 'costUsd'],
  ],
  fields: [
    { name: 'group', header: 'GROUP', text: ({ group }) => group ?? 'none', shrink: 1 },
    ...sums,
    ...percentileFields,
    { name: 'timed', header: 'TIMED', align: 'right' },
  ],
}

function count(number: number | null): string {
  return number === null ? empty : grouped(String(number))
}
