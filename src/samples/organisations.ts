import type { Plan } from '../domain/workspace.js'
import { userRoles, type UserRole } from '../domain/user.js'
import { sampleId } from './ids.js'

/* Three invented organisations, each in a workspace of its own. */

export interface Organisation {
  domain: string
  name: string
  plan: Plan
  /** Of the e-mail addresses of its people. */
  mailDomain: string
}

/** People of the first two have the same e-mail addresses: a person may be in several workspaces. */
export const organisations: readonly Organisation[] = [
  { domain: 'startup-xyz', name: 'Startup XYZ', plan: 'basic', mailDomain: 'example.com' },
  { domain: 'acme-corp', name: 'Acme Corp', plan: 'pro', mailDomain: 'example.com' },
  { domain: 'fortium-demo', name: 'Fortium Demo', plan: 'enterprise', mailDomain: 'example.org' },
]

const names: Record<UserRole, string> = {
  cto: 'Noor Haddad',
  manager: 'Felix Brandt',
  senior_engineer: 'Ines Carvalho',
  engineer: 'Kenji Arai',
  qa_engineer: 'Ruth Mensah',
}

/** Five, one for each role. */
export function organisationUsers({ mailDomain }: Organisation, now: Date) {
  return userRoles.map((role, i) => {
    const name = names[role]
    return {
      id: sampleId('workspaces', 'user', i + 1),
      email: `${name.toLowerCase().replace(' ', '.')}@${mailDomain}`,
      name,
      role,
      createdAt: now,
      updatedAt: now,
    }
  })
}

/** One that its person sees first, of sessions, and one of tools for everybody. */
export function organisationDashboards(owner: string, now: Date) {
  const dashboard = (n: number, dashboardName: string, widgets: readonly object[]) => ({
    id: sampleId('workspaces', 'dashboard', n),
    userId: owner,
    dashboardName,
    widgetLayout: { widgets },
    isDefault: n === 1,
    isPublic: n === 2,
    createdAt: now,
    updatedAt: now,
  })
  return [
    dashboard(1, 'How we work', [
      { id: 'sessions', type: 'number', metric: 'sessions.count', x: 0, y: 0, w: 4, h: 2 },
      { id: 'hours', type: 'number', metric: 'sessions.active_hours', x: 4, y: 0, w: 4, h: 2 },
      { id: 'focus', type: 'number', metric: 'sessions.focus', x: 8, y: 0, w: 4, h: 2 },
      { id: 'by-day', type: 'line', metric: 'sessions.active_hours', by: ['day'], x: 0, y: 2, w: 12, h: 4 },
    ]),
    dashboard(2, 'Tools', [
      { id: 'calls', type: 'bar', metric: 'tools.calls', by: ['tool'], x: 0, y: 0, w: 6, h: 4 },
      { id: 'errors', type: 'bar', metric: 'tools.error_rate', by: ['tool'], x: 6, y: 0, w: 6, h: 4 },
    ]),
  ]
}
