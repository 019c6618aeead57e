/** Takes passwords out of a text: those in URLs, and the given ones wherever they stand. */
export function redact(text: string, secrets: readonly string[]): string {
  const withoutUrls = text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/]*@/gi, '$1:***@')
  return secrets
    .filter((secret) => secret.length > 3)
    .reduce((out, secret) => out.replaceAll(secret, '***'), withoutUrls)
}

/** The passwords of the URLs in an environment, as written and decoded. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  return ['CTO_DATABASE_URL', 'DATABASE_URL', 'DIRECT_URL'].flatMap((name) => {
    const url = env[name]
    if (!url || !URL.canParse(url)) return []
    const { password } = new URL(url)
    try {
      return [password, decodeURIComponent(password)]
    } catch {
      return [password]
    }
  })
}
