import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requireSoundProject, type ProjectFigures } from '../../src/domain/project-rules.js'

const all = ['tam', 'sam', 'somYear3', 'marginPercent', 'currentMilestone', 'totalMilestones']

const refusal = (project: ProjectFigures, set: readonly string[] = all) => {
  try {
    requireSoundProject(project, set)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('a project is rejected', () => {
  test.each([
    [{ tam: '1.00', sam: '1.01' }, 'the SAM of 1.01 is larger than the TAM of 1.00'],
    [{ sam: '9.99', somYear3: '10.00' }, 'the SOM of 10.00 is larger than the SAM of 9.99'],
    [{ tam: '5.00', sam: null, somYear3: '6.00' }, 'the SOM of 6.00 is larger than the TAM of 5.00'],
    [{ marginPercent: '100.0001' }, 'a margin of 100.0001 % is more than 100 %'],
    [{ currentMilestone: 3, totalMilestones: 2 }, 'milestone 3 of 2 cannot be reached'],
    [{ currentMilestone: 1 }, 'milestone 1 of 0 cannot be reached'],
  ])('%j', (project, message) => {
    expect(refusal(project)).toBe(message)
  })
})

describe('a project passes', () => {
  test.each<ProjectFigures>([
    {},
    { tam: null, sam: '2.00', somYear3: null },
    { tam: '2.00', sam: '2.00', somYear3: '2.00' },
    { tam: '9999999999999999.99', sam: '9999999999999999.98' },
    { marginPercent: '-250.0000' },
    { marginPercent: '100.0000' },
    { currentMilestone: 2, totalMilestones: 2 },
  ])('%j', (project) => {
    expect(refusal(project)).toBeNull()
  })

  test('if the contradiction was stored before, and inScope other fields', () => {
    const stored = { tam: '1.00', sam: '2.00', marginPercent: '50.0000' }
    expect(refusal(stored, ['marginPercent', 'name'])).toBeNull()
    expect(refusal(stored, ['tam'])).toBe('the SAM of 2.00 is larger than the TAM of 1.00')
  })
})

test('markets are compared to the cent', () => {
  const cents = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n })
  const market = fc.option(cents)
  const text = (value: bigint | null) =>
    value === null ? null : `${String(value / 100n)}.${String(value % 100n).padStart(2, '0')}`
  fc.assert(
    fc.property(market, market, market, (tam, sam, som) => {
      const known = [tam, sam, som].filter((value) => value !== null)
      const nested = known.every((value, at) => at === 0 || value <= (known[at - 1] ?? 0n))
      expect(refusal({ tam: text(tam), sam: text(sam), somYear3: text(som) }) === null).toBe(nested)
    }),
  )
})
