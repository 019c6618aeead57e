/** Whether it is at least meant as the URL of a PostgreSQL database. */
export function isUrl(text: string): boolean {
  return /^postgres(ql)?:\/\/\S+$/.test(text)
}

/** Parameters of a URL that are passwords. */
const secretParameters = /([?&](?:password|sslpassword|passwd|token|access_token|secret)=)([^&#\s"]*)/gi

/** The URLs in a text without what must not be seen. A password may hold `@` and `/`: all up to the last @ is taken. */
export function withoutPasswords(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s"]*@/gi, '$1:***@')
    .replace(secretParameters, '$1***')
}

/** The passwords of one URL, as written and decoded; also of one that nobody can read as a URL. */
export function passwordsIn(url: string): string[] {
  const inFront = /^[^:]*:\/\/[^:/@]*:(.*)@/s.exec(url)?.[1]
  const parameters = [...url.matchAll(secretParameters)].map(([, , password]) => password ?? '')
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
