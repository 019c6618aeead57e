import { required } from '../errors.js'

/** Whether the text starts like the URL of a PostgreSQL database. */
export function isUrl(text: string): boolean {
  return /^postgres(ql)?:\/\/\S+$/.test(text)
}

/** Parameters of a URL that are passwords. */
const secretParameters = /([?&](?:password|sslpassword|passwd|token|access_token|secret)=)([^&#\s"]*)/gi

/**
 * Masks the passwords of URLs in a text. A password may contain `@` and `/`, so everything up to the last @ is masked. Takes
 * linear time for any text, since it visits each word once.
 */
export function withoutPasswords(text: string): string {
  return text.replace(/[^\s"]+/g, withoutLogin).replace(secretParameters, '$1***')
}

/** Masks one word from the first `scheme://user:` to the last @. */
function withoutLogin(word: string): string {
  const end = word.lastIndexOf('@')
  if (end < 0) return word
  const login = /(?<=[a-z0-9+.-]):\/\/[^:/@]*:/i.exec(word)
  const start = login ? login.index + login[0].length : Infinity
  return start > end ? word : `${word.slice(0, start)}***${word.slice(end)}`
}

/** The passwords of one URL, as written and decoded; also of an invalid URL. */
export function passwordsIn(url: string): string[] {
  const inFront = /^[^:]*:\/\/[^:/@]*:(.*)@/s.exec(url)?.[1]
  const parameters = [...url.matchAll(secretParameters)].map(([, , password]) =>
    required(password, 'the second group of the pattern'),
  )
  const written = [...(inFront === undefined ? [] : [inFront]), ...parameters]
  return written.filter((password) => password !== '').flatMap((password) => [password, decoded(password)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
