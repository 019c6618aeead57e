/** JSON with the keys of every object in order, so that equal values have equal texts. Absent (undefined) members are left out. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value)
  // A replacer of JSON.stringify that sorts takes several times as long.
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each ?? null)).join(',')}]`
  const record = value as Record<string, unknown>
  let members = ''
  for (const name of Object.keys(record).sort()) {
    if (record[name] === undefined) continue
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(record[name])}`
  }
  return `{${members}}`
}
