import type { Origin } from './found.js'

/** The command that takes a setting away where it is set; null for a flag, a URL and a default. */
export function unsetFix(setting: string, { from, name }: Origin): string | null {
  switch (from) {
    case 'user':
      return `cto config unset ${setting}`
    case 'project':
      return `cto config unset ${setting} --project`
    case 'profile':
      return `cto config unset ${name ?? ''}`
    case 'variable':
      return `unset ${name ?? ''}`
    default:
      return null
  }
}
