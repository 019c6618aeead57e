const forms = [
  // https://host/owner/name, ssh://git@host:22/owner/name
  /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/+(.+?)(?:\.git)?\/*$/i,
  // git@host:owner/name
  /^(?:[^@/\s]+@)?([^/:\s]+\.[^/:\s]+):(?!\/\/)\/*(.+?)(?:\.git)?\/*$/,
]

/** The host and the name of the repository at an address of git; null for a path on this machine. */
export function repositoryAt(url: string): { host: string; fullName: string } | null {
  for (const form of forms) {
    const [, host, fullName] = form.exec(url.trim()) ?? []
    if (host !== undefined && fullName?.includes('/'))
      return { host: host.toLowerCase().replace(/^(www|ssh)\.(?=github\.com$)/, ''), fullName }
  }
  return null
}
