/** One lexical element. Those that can contain a semicolon are matched whole, or, if they nest, only at their start. */
const element = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*)`,
    String.raw`(?<block>/\*)`,
    String.raw`[eE]'(?:[^'\\]|''|\\[^])*'`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`"(?:[^"]|"")*"`,
    String.raw`(?<tag>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)`,
    String.raw`(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(?<space>\s+)`,
    // A quote that is never closed: PostgreSQL reports the error.
    String.raw`(?<rest>['"][^]*)`,
    String.raw`\d+`,
    String.raw`[^]`,
  ].join('|'),
  'y',
)

/**
 * The statements of a script, without their semicolons, as PostgreSQL's own lexer would separate them: a semicolon in a
 * string, a quoted identifier, a dollar-quoted body, a comment, parentheses or a body that begins with BEGIN ATOMIC ends
 * no statement. Comments stay with the statement that follows them; a statement of comments alone is left out.
 */
export function splitStatements(script: string): string[] {
  const statements: string[] = []
  let start = 0
  let isEmpty = true
  let depth = 0
  const end = (at: number) => {
    if (!isEmpty) statements.push(script.slice(start, at).trim())
    start = at + 1
    isEmpty = true
    depth = 0
  }
  let before = ''
  for (let at = 0; at < script.length;) {
    element.lastIndex = at
    const { 0: text = '', groups: { comment, block, tag, space, word } = {} } = element.exec(script) ?? {}
    const next = block ? commentEnd(script, at) : tag ? bodyEnd(script, at, tag) : at + text.length
    if (text === ';' && depth === 0) end(at)
    else if (comment === undefined && block === undefined && space === undefined) {
      isEmpty = false
      depth += nesting(text, { before, isInside: depth > 0 })
      before = word ?? ''
    }
    at = next
  }
  end(script.length)
  return statements
}

/** Parentheses, and the bodies of SQL functions, in which CASE has an END of its own. */
function nesting(text: string, { before, isInside }: { before: string; isInside: boolean }): number {
  if (text === '(') return 1
  if (text === ')') return isInside ? -1 : 0
  if (/^atomic$/i.test(text)) return /^begin$/i.test(before) ? 1 : 0
  if (!isInside) return 0
  return /^case$/i.test(text) ? 1 : /^end$/i.test(text) ? -1 : 0
}

/** Comments nest. */
function commentEnd(script: string, start: number): number {
  let depth = 0
  const mark = /\/\*|\*\//g
  mark.lastIndex = start
  for (let found = mark.exec(script); found; found = mark.exec(script)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return mark.lastIndex
  }
  return script.length
}

function bodyEnd(script: string, start: number, tag: string): number {
  const end = script.indexOf(tag, start + tag.length)
  return end < 0 ? script.length : end + tag.length
}
