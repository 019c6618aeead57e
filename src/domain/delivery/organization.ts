/* Closed sets of organizations. All of them are information: they grant nothing. */

export const organizationKinds = ['company', 'team', 'personal'] as const
export type OrganizationKind = (typeof organizationKinds)[number]

export const organizationPlans = ['free', 'pro', 'enterprise'] as const
export type OrganizationPlan = (typeof organizationPlans)[number]

export const memberRoles = ['owner', 'admin', 'member', 'viewer'] as const
export type MemberRole = (typeof memberRoles)[number]
