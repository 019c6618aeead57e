import type { Command } from 'commander'
import type { OrganizationValues } from '../../data/delivery/organizations.js'
import {
  organizationKinds,
  organizationPlans,
  type OrganizationKind,
  type OrganizationPlan,
} from '../../domain/delivery/organization.js'
import { isUnseen } from '../../domain/text.js'
import { UsageError } from '../../errors.js'
import { choice } from '../../flags/options.js'

/** The flags of what users decide of an organization. */
export interface OrganizationOptions {
  name?: string
  kind?: OrganizationKind
  plan?: OrganizationPlan
  tokenSecret?: string
}

export function addOrganizationOptions(command: Command): Command {
  return command
    .option('--name <text>', 'what people call it')
    .option('--kind <kind>', organizationKinds.join(' | '), choice('kind', organizationKinds))
    .option('--plan <plan>', organizationPlans.join(' | '), choice('plan', organizationPlans))
    .option(
      '--token-secret <secret>',
      'the stored secret with the token for its repositories; none: GITHUB_TOKEN',
    )
}

/** @throws UsageError for an invisible name */
export function organizationValues({
  name,
  kind,
  plan,
  tokenSecret,
}: OrganizationOptions): OrganizationValues {
  if (name !== undefined && isUnseen(name)) throw new UsageError('an organization needs a name')
  return {
    name: name?.trim(),
    kind,
    plan,
    ...(tokenSecret !== undefined && { tokenSecret: tokenSecret === 'none' ? null : tokenSecret }),
  }
}
