/** As stored where no account is named. */
export const noBots = 'none'

/** Logins and e-mail addresses of a text, separated by commas or blanks, in lower case and in order. */
export function botLogins(text: string): string[] {
  const words = text.toLowerCase().split(/[\s,]+/)
  return [...new Set(words.filter((word) => word !== '' && word !== noBots))].sort()
}
