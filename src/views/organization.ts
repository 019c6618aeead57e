import type { RecordView } from '../output/field.js'
import type { Organization } from '../shapes/delivery.js'

/** How an organization is printed. */
export const organizationView: RecordView<Organization> = {
  name: 'organization',
  plural: 'organizations',
  shape: 'organization',
  id: ({ slug }) => slug,
  defaults: ['slug', 'name', 'kind', 'plan', 'repositories'],
  fields: [
    { name: 'slug', header: 'SLUG' },
    { name: 'name', header: 'NAME', shrink: 1 },
    { name: 'kind', header: 'KIND', omit: 2 },
    { name: 'plan', header: 'PLAN', omit: 1 },
    { name: 'repositories', header: 'REPOSITORIES', align: 'right' },
    { name: 'externalId', header: 'EXTERNAL ID' },
    { name: 'tokenSecret', header: 'TOKEN SECRET' },
    { name: 'createdAt', header: 'CREATED' },
    { name: 'updatedAt', header: 'UPDATED' },
    { name: 'id', header: 'ID' },
  ],
}
