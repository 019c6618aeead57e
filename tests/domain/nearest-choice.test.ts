import { expect, test } from 'vitest'
import { nearestChoice } from '../../src/domain/nearest-choice.js'

const roles = ['cto', 'manager', 'engineer', 'senior_engineer', 'qa_engineer']
const fields = ['bugNumber', 'slaHours', 'slaDueAt', 'priorityScore', 'estimatedHours', 'project']

test.each([
  // A slip, or a word cut short.
  ['enginer', roles, 'engineer'],
  ['senior', roles, 'senior_engineer'],
  // The beginning of a part, of whatever length.
  ['qa', roles, 'qa_engineer'],
  ['QA', roles, 'qa_engineer'],
  ['prog', ['pending', 'in_progress', 'closed'], 'in_progress'],
  ['ent', ['basic', 'pro', 'enterprise'], 'enterprise'],
  ['prio', fields, 'priorityScore'],
  ['due', fields, 'slaDueAt'],
  // Several have such a part; one letter; no part of any.
  ['hours', fields, null],
  ['q', roles, null],
  ['designer', roles, null],
  ['', roles, null],
])('of "%s" among %j the suggestion is %s', (typed, choices, expected) => {
  expect(nearestChoice(typed, choices)).toBe(expected)
})
