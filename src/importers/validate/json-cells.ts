/** The fields that name a label or a person in a list of objects, the best first. */
const namingFields = ['email', 'login', 'username', 'name', 'title', 'displayName'] as const

/** Longer cells are texts that only look like lists. */
const longestList = 100_000

/**
 * The names in a cell that is an object or a list of objects of JSON, as `gh --json labels,assignees` and `jq @csv` write them:
 * `[{"name":"bug"}]` is `bug`. Null for any other cell.
 */
export function namesInJson(cell: string): string[] | null {
  if (/^\s*(?:\{\s*\}|\[\s*\])\s*$/.test(cell)) return []
  if (!/^\s*(?:\[\s*\{|\{\s*")/.test(cell) || cell.length > longestList) return null
  const found = parsed(cell)
  if (found === undefined) return null
  const names = (Array.isArray(found) ? (found as unknown[]) : [found]).map(nameOf)
  return names.includes(null) ? null : names.filter((name) => name !== null)
}

function nameOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Readonly<Record<string, unknown>>
  const name = namingFields
    .map((field) => fields[field])
    .find((each) => typeof each === 'string' && each !== '')
  return typeof name === 'string' ? name.trim() : null
}

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell)
  } catch {
    return undefined
  }
}
