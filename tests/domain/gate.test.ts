import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  judge,
  needsBaseline,
  parseFailOn,
  parseMax,
  parseMin,
  type GateValue,
} from '../../src/domain/gate.js'

const held = (value: GateValue, baseline: GateValue = null) => ({ value, baseline, allowNull: false })

describe('a limit', () => {
  test('passes at the limit itself, from both sides', () => {
    const gates = [parseMax('open.critical=3'), parseMin('open.critical=3')]
    expect(gates.map((gate) => judge(gate, held(3)).tripped)).toEqual([false, false])
    expect(gates.map((gate) => judge(gate, held(4)).tripped)).toEqual([true, false])
    expect(gates.map((gate) => judge(gate, held(2)).tripped)).toEqual([false, true])
  })

  test('reports the value and the limit', () => {
    expect(judge(parseMax('open.critical=0'), held(3))).toEqual({
      id: 'open.critical',
      gate: 'open.critical max 0',
      value: 3,
      limit: 0,
      baseline: null,
      tripped: true,
      reason: '3 > 0',
    })
  })

  test('compares exactly, unlike floats', () => {
    expect(judge(parseMax('sla.compliance=0.3'), held(0.3)).tripped).toBe(false)
    expect(
      judge(parseMax('portfolio.valuation=9007199254740993.01'), held('9007199254740993.01')).tripped,
    ).toBe(false)
    expect(
      judge(parseMax('portfolio.valuation=9007199254740993.01'), held('9007199254740993.02')).tripped,
    ).toBe(true)
  })

  test('of money stays a decimal string', () => {
    const result = judge(parseMin('portfolio.valuation=1000'), held('999.99'))
    expect(result).toMatchObject({ limit: '1000', tripped: true, reason: '999.99 < 1000' })
  })
})

test('a gate that is kept says what holds', () => {
  const reasons = [parseMin('open.total=1'), parseFailOn('open.total<=2'), parseFailOn('open.total>=4')].map(
    (gate) => judge(gate, held(3)).reason,
  )
  expect(reasons).toEqual(['3 is at least 1', '3 is above 2', '3 is below 4'])
})

describe('a limit of a share', () => {
  test('is a percentage or a number from 0 to 1, exactly', () => {
    for (const text of ['sla.compliance=29%', 'sla.compliance=0.29', ' sla.compliance = 29.0 % ']) {
      expect([0.2899, 0.29].map((value) => judge(parseMin(text), held(value)).tripped)).toEqual([true, false])
    }
    expect(judge(parseMin('sla.compliance=90%'), held(0.8996))).toMatchObject({
      gate: 'sla.compliance min 90%',
      value: 0.8996,
      limit: 0.9,
      reason: '89.96 % < 90 %',
    })
  })

  test('in a condition has no sign, and a change has one', () => {
    const [limit, change] = [parseFailOn('reopen.rate>5%'), parseFailOn('reopen.rate>+5%')]
    expect([limit, change].map(needsBaseline)).toEqual([false, true])
    expect(judge(limit, held(0.06))).toMatchObject({ tripped: true, reason: '6 % > 5 %' })
    expect(judge(change, held(0.06, 0.06))).toMatchObject({
      tripped: false,
      reason: '6 % is within 6.3 % (was 6 %)',
    })
  })

  test('of a multiple may exceed 1', () => {
    expect(judge(parseMax('estimate.accuracy=150%'), held(2))).toMatchObject({
      limit: 1.5,
      reason: '2 × > 1.5 ×',
    })
  })
})

describe('a change', () => {
  test('in per cent is one of the baseline', () => {
    const gate = parseFailOn('resolution.p90>+10%')
    expect(judge(gate, held(110, 100)).tripped).toBe(false)
    expect(judge(gate, held(110.1, 100))).toMatchObject({
      limit: 110,
      baseline: 100,
      reason: '110.1 h > 110 h (was 100 h)',
    })
  })

  test('of a negative value has the same direction as of a positive one', () => {
    const gate = parseFailOn('portfolio.valuation<-10%')
    expect(judge(gate, held('-109', '-100')).tripped).toBe(false)
    expect(judge(gate, held('-111', '-100')).tripped).toBe(true)
  })

  test('by an amount, downwards too', () => {
    expect(judge(parseFailOn('open.total>=+5'), held(15, 10)).tripped).toBe(true)
    expect(judge(parseFailOn('open.total<-5'), held(5, 10)).tripped).toBe(false)
    expect(judge(parseFailOn('open.total<-5'), held(4, 10)).tripped).toBe(true)
  })

  test('from 0 is any change at all', () => {
    expect(judge(parseFailOn('open.total>+10%'), held(1, 0)).tripped).toBe(true)
    expect(judge(parseFailOn('open.total>+10%'), held(0, 0)).tripped).toBe(false)
  })
})

describe('no data', () => {
  test('trips, with a reason', () => {
    expect(judge(parseMin('sla.compliance=0.9'), held(null))).toMatchObject({
      tripped: true,
      reason: 'no data',
      limit: 0.9,
    })
    expect(judge(parseFailOn('resolution.p90>+10%'), held(5, null))).toMatchObject({
      tripped: true,
      reason: 'no data to compare with',
      limit: null,
    })
  })

  test('passes if it is allowed', () => {
    const result = judge(parseMin('sla.compliance=0.9'), { value: null, baseline: null, allowNull: true })
    expect(result).toMatchObject({ tripped: false, reason: 'no data' })
  })
})

describe('an invalid gate', () => {
  test.each(['open.critical', 'open.critical=', 'open.critical=x', '=3', ''])('max %j', (text) => {
    expect(() => parseMax(text)).toThrow(/not a limit/)
  })

  test.each([
    ['resolution.p50=30d', 'write --max resolution.p50=720'],
    ['dora.lead.p50=1.5 d', 'write --max dora.lead.p50=36'],
    ['backlog.age.p90=36h', 'write --max backlog.age.p90=1.5'],
    ['open.total=3d', 'write --max open.critical=0'],
  ])('a duration %s is answered in the unit of the metric', (text, hint) => {
    expect(() => parseMax(text)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(hint) as string }),
    )
  })

  test.each(['resolution.p90', 'resolution.p90=5', '>5', 'resolution.p90>+'])('fail-on %j', (text) => {
    expect(() => parseFailOn(text)).toThrow(/not a condition/)
  })

  test.each([
    ['max', 'open.total=50%', 'open.total is measured in bugs', "--fail-on 'open.total>+50%'"],
    ['fail-on', 'resolution.p90>10%', 'resolution.p90 is measured in hours', "'resolution.p90>+10%'"],
    ['max', 'reopen.rate=5', 'reopen.rate is a share from 0 to 1', 'write 5%'],
    ['min', 'sla.compliance=101%', 'sla.compliance is a share from 0 to 1', 'write it like 0.9 or 90%'],
    ['min', 'sla.compliance=-0.1', 'sla.compliance is a share from 0 to 1', 'write it like 0.9 or 90%'],
    ['fail-on', 'sla.compliance<90', 'sla.compliance is a share from 0 to 1', 'write 90%'],
  ])('%s %s names the unit', (flag, text, reason, hint) => {
    const parse = { max: parseMax, min: parseMin, 'fail-on': parseFailOn }[flag]
    expect(() => parse?.(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_VALUE',
        reason: expect.stringContaining(reason) as string,
        hint: expect.stringContaining(hint) as string,
      }),
    )
  })

  test('an unknown metric names the nearest', () => {
    expect(() => parseMax('open.criticl=0')).toThrow(/no metric "open.criticl"/)
  })
})

test('a max and a min of one limit never both trip, and one of them does unless the value is the limit', () => {
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 })
  fc.assert(
    fc.property(cents, cents, (value, limit) => {
      const [most, least] = [parseMax, parseMin].map((parse) =>
        judge(parse(`portfolio.valuation=${(limit / 100).toFixed(2)}`), held((value / 100).toFixed(2))),
      )
      expect(most?.tripped).toBe(value > limit)
      expect(least?.tripped).toBe(value < limit)
    }),
  )
})

test('only changes need a baseline', () => {
  const gates = [parseMax('open.total=1'), parseFailOn('open.total>1'), parseFailOn('open.total>+1%')]
  expect(gates.map(needsBaseline)).toEqual([false, false, true])
})
