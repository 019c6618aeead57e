/**
 * The fields of a record as PostgreSQL prints it: `(1,"a ""b""",)`. A field that holds nothing is null; an empty text is
 * quoted. `columns` distinguishes a record of one null from one without columns.
 */
export function recordFields(text: string, columns: number): (string | null)[] {
  const fields: (string | null)[] = []
  let at = 1
  while (fields.length < columns) {
    const { field, next } = text[at] === '"' ? quoted(text, at + 1) : bare(text, at)
    fields.push(field)
    // Past the comma, or the parenthesis that closes the record.
    at = next + 1
  }
  return fields
}

interface FieldAt {
  field: string | null
  /** Where the comma or parenthesis after it is. */
  next: number
}

function bare(text: string, start: number): FieldAt {
  const comma = text.indexOf(',', start)
  const next = comma === -1 ? text.length - 1 : comma
  return { field: next === start ? null : text.slice(start, next), next }
}

/** Quotes and backslashes are doubled in it. */
function quoted(text: string, start: number): FieldAt {
  let field = ''
  let from = start
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote === -1) throw new Error('a record ends within a quoted field')
    field += text.slice(from, quote).replaceAll('\\\\', '\\')
    if (text[quote + 1] !== '"') return { field, next: quote + 1 }
    field += '"'
    from = quote + 2
  }
}
