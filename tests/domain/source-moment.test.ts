import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sourceMoment } from '../../src/domain/source-moment.js'

const day = (n: number) => new Date(Date.UTC(2026, 0, n))

/** An import on the 20th of a bug that last changed on the 10th: what the source gives, and the moment that follows. */
const cases = [
  { name: 'is the date that the source gives', given: 12, at: 12 },
  { name: 'may be that of the newest change', given: 10, at: 10 },
  { name: 'is now without a date, which is a doubt', given: null, at: 20, isDoubtful: true },
  { name: 'is now for a date in the future', given: 25, at: 20, isDoubtful: true },
  { name: 'is that of the newest change for a date before it', given: 8, at: 10, isDoubtful: true },
  {
    name: 'is now where a person made the newest change',
    given: 8,
    byPerson: true,
    at: 20,
    isDoubtful: true,
  },
  { name: 'is the date that follows on a person’s change', given: 12, byPerson: true, at: 12 },
  { name: 'is now for an old file', given: 12, isOldFile: true, at: 20, isDoubtful: true },
]

test.each(cases)(
  'the moment of a step $name',
  ({ given, byPerson = false, isOldFile = false, at, isDoubtful = false }) => {
    const newest = { at: day(10), byPerson }
    expect(
      sourceMoment({ given: given === null ? null : day(given), isOldFile, newest, now: day(20) }),
    ).toEqual({ at: day(at), isDoubtful })
  },
)

test('the moment of a step is never in the future nor before what is known, and a doubt unless it is the source’s date', () => {
  const moment = fc.integer({ min: 1, max: 40 })
  fc.assert(
    fc.property(
      fc.option(moment),
      moment,
      moment,
      fc.boolean(),
      fc.boolean(),
      (given, newestAt, wait, byPerson, isOldFile) => {
        const now = day(newestAt + wait)
        const asked = { given: given === null ? null : day(given), isOldFile, now }
        const { at, isDoubtful } = sourceMoment({ ...asked, newest: { at: day(newestAt), byPerson } })
        expect(at.getTime()).toBeGreaterThanOrEqual(day(newestAt).getTime())
        expect(at.getTime()).toBeLessThanOrEqual(now.getTime())
        expect(isDoubtful).toBe(at.getTime() !== asked.given?.getTime())
      },
    ),
  )
})
