import type { RecordView } from '../output/field.js'
import type { Repository } from '../shapes/delivery.js'

/** How a repository is printed. */
export const repositoryView: RecordView<Repository> = {
  name: 'repository',
  plural: 'repositories',
  shape: 'repository',
  id: ({ fullName }) => fullName,
  defaults: ['fullName', 'project', 'language', 'sensitivity', 'syncedThrough', 'goneAt'],
  fields: [
    { name: 'fullName', header: 'REPOSITORY', shrink: 2, least: 16 },
    { name: 'organization', header: 'ORGANIZATION' },
    { name: 'project', header: 'PROJECT', shrink: 1, omit: 2 },
    { name: 'language', header: 'LANGUAGE', omit: 1 },
    { name: 'sensitivity', header: 'LEVEL' },
    { name: 'defaultBranch', header: 'DEFAULT BRANCH' },
    { name: 'deploySource', header: 'DEPLOYED BY' },
    { name: 'deployPattern', header: 'DEPLOY PATTERN' },
    { name: 'environments', header: 'ENVIRONMENTS' },
    { name: 'syncedFrom', header: 'SYNCED FROM' },
    { name: 'syncedThrough', header: 'SYNCED', omit: 3 },
    { name: 'goneAt', header: 'GONE', omit: 4 },
    { name: 'previousNames', header: 'FORMER NAMES' },
    { name: 'url', header: 'URL' },
    { name: 'host', header: 'HOST' },
    { name: 'externalId', header: 'EXTERNAL ID' },
    { name: 'isPrivate', header: 'PRIVATE' },
    { name: 'isArchived', header: 'ARCHIVED' },
    { name: 'createdAt', header: 'CREATED' },
    { name: 'importId', header: 'IMPORT ID' },
    { name: 'id', header: 'ID' },
  ],
}
