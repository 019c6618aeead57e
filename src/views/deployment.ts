import type { RecordView } from '../output/field.js'
import type { Deployment } from '../shapes/delivery.js'

/** How a deployment is printed. */
export const deploymentView: RecordView<Deployment> = {
  name: 'deployment',
  plural: 'deployments',
  shape: 'deployment',
  id: ({ id }) => id,
  defaults: [
    'finishedAt',
    'repository',
    'environment',
    'service',
    'status',
    'ref',
    'pullRequests',
    'commits',
  ],
  fields: [
    { name: 'finishedAt', header: 'FINISHED' },
    { name: 'repository', header: 'REPOSITORY', shrink: 2, least: 12 },
    { name: 'environment', header: 'ENVIRONMENT', shrink: 3 },
    { name: 'service', header: 'SERVICE', omit: 1 },
    { name: 'status', header: 'STATUS' },
    { name: 'ref', header: 'REF', shrink: 1, omit: 2 },
    { name: 'pullRequests', header: 'PRS', align: 'right', omit: 4 },
    { name: 'commits', header: 'COMMITS', align: 'right', omit: 3 },
    { name: 'source', header: 'SOURCE' },
    { name: 'externalId', header: 'EXTERNAL ID' },
    { name: 'sha', header: 'SHA' },
    { name: 'startedAt', header: 'STARTED' },
    { name: 'isEmpty', header: 'EMPTY' },
    { name: 'isRolledBack', header: 'ROLLED BACK' },
    { name: 'bugs', header: 'BUGS', shrink: 2 },
    { name: 'link', header: 'LINK' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}

/** `acme/shop production api v1.4.0` */
export function deploymentName({
  repository,
  environment,
  service,
  ref,
  sha,
  externalId,
}: Pick<Deployment, 'repository' | 'environment' | 'service' | 'ref' | 'sha' | 'externalId'>): string {
  const words = [repository, environment, service, ref ?? sha?.slice(0, 12) ?? externalId]
  return words.filter((word) => word !== null).join(' ')
}
