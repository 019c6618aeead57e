import type { FieldTable, FieldsWith } from './field.js'

/** Every field of a project. Its column, type and meaning are in prisma/schema. */
export const projectFields = {
  id: { setBy: 'identity' },
  name: { setBy: 'user', personal: true, importable: 'own', sortable: true },
  description: { setBy: 'user', personal: true, importable: 'own' },
  githubUrl: { setBy: 'user', personal: true, importable: 'own' },
  externalUid: { setBy: 'source', hidden: true },
  demoUrl: { setBy: 'user', personal: true, importable: 'own' },
  status: { setBy: 'user', importable: 'own', sortable: true },
  language: { setBy: 'user', importable: 'own', sortable: true },
  tags: { setBy: 'user', personal: true, importable: 'own' },
  stars: { setBy: 'user', importable: 'own', sortable: true },
  forks: { setBy: 'user', importable: 'own', sortable: true },
  // Shows when people last worked on the project.
  lastCommit: { setBy: 'user', personal: true, importable: 'own', sortable: true },
  arr: { setBy: 'user', importable: 'plain', sortable: true },
  year1Revenue: { setBy: 'user', importable: 'plain', sortable: true },
  year3Revenue: { setBy: 'user', importable: 'plain', sortable: true },
  roiScore: { setBy: 'user', importable: 'plain', sortable: true },
  dcfValuation: { setBy: 'user', importable: 'plain', sortable: true },
  monthlyInfraCost: { setBy: 'user', importable: 'plain', sortable: true },
  tam: { setBy: 'user', importable: 'plain' },
  sam: { setBy: 'user', importable: 'plain' },
  somYear3: { setBy: 'user', importable: 'plain' },
  tractionMrr: { setBy: 'user', importable: 'plain' },
  marginPercent: { setBy: 'user', importable: 'plain', sortable: true },
  complexity: { setBy: 'user', importable: 'plain', sortable: true },
  clientAppeal: { setBy: 'user', importable: 'plain', sortable: true },
  currentMilestone: { setBy: 'user', importable: 'plain' },
  totalMilestones: { setBy: 'user', importable: 'plain' },
  importId: { setBy: 'identity' },
  createdAt: { setBy: 'identity', sortable: true },
  updatedAt: { setBy: 'rule', sortable: true },
} as const satisfies FieldTable

/** The fields of a project that users and imports set. */
export type UserProjectField = FieldsWith<typeof projectFields, { setBy: 'user' }>
