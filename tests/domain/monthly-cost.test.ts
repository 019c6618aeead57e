import { expect, test } from 'vitest'
import { monthlyCost } from '../../src/domain/monthly-cost.js'

test.each([
  { engHours: '0.00', hourlyRate: '100.00', infrastructure: '0.00', cost: '0.00' },
  { engHours: null, hourlyRate: '100.00', infrastructure: '10.10', cost: '10.10' },
  { engHours: null, hourlyRate: '100.00', infrastructure: '0.00', cost: null },
  { engHours: '5.50', hourlyRate: '100.00', infrastructure: '10.10', cost: '560.10' },
  { engHours: '0.05', hourlyRate: '0.10', infrastructure: '0.00', cost: '0.01' },
  { engHours: '0.04', hourlyRate: '0.10', infrastructure: '0.00', cost: '0.00' },
  { engHours: '99999999.99', hourlyRate: '120.55', infrastructure: '0.01', cost: '12054999998.80' },
])('$engHours h at $hourlyRate and $infrastructure cost $cost', ({ cost, ...input }) => {
  expect(monthlyCost(input)).toBe(cost)
})
