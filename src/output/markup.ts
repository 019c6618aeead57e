import { html, raw } from 'hono/html'

/** HTML or XML in which everything that was put in has been escaped. */
export type Markup = ReturnType<typeof raw>

/**
 * HTML or XML from a template. A string put into it is escaped, in an element or a quoted attribute; markup and lists of
 * markup are not escaped again.
 */
export function markup(
  strings: TemplateStringsArray,
  ...parts: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  // hono returns a promise only where a part is one, which the types rule out.
  return html(strings, ...parts) as Markup
}

/** Text of our own that is markup already. Never text from the database. */
export function trusted(text: string): Markup {
  return raw(text)
}
