import type { FieldTable } from './field.js'

/** Every field of a person. Its column, type and meaning are in prisma/schema. */
export const userFields = {
  id: { setBy: 'identity' },
  email: { setBy: 'user', personal: true, importable: 'own', sortable: true },
  name: { setBy: 'user', personal: true, importable: 'own', sortable: true },
  role: { setBy: 'user', importable: 'own', sortable: true },
  passwordHash: { setBy: 'source', personal: true, hidden: true },
  avatarUrl: { setBy: 'user', personal: true },
  isActive: { setBy: 'user', importable: 'own', sortable: true },
  importId: { setBy: 'identity' },
  createdAt: { setBy: 'identity', sortable: true },
  updatedAt: { setBy: 'rule', sortable: true },
} as const satisfies FieldTable
