/** Pseudo-random numbers, the same for the same seed on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  /** The first items most often, as with people and projects. */
  pick<T>(items: readonly [T, ...T[]], skew?: number): T
  /** Most are near the median, a few are many times as long. */
  longTail(median: number, sigma: number): number
}

export function randomFrom(seed: number): Random {
  const next = mulberry32(seed)
  const random: Random = {
    next,
    chance: (probability) => next() < probability,
    below: (end) => Math.floor(next() * end),
    pick: (items, skew = 1) => items[Math.floor(next() ** skew * items.length)] ?? items[0],
    longTail: (median, sigma) => median * Math.exp(sigma * normal(next)),
  }
  return random
}

/** Tommy Ettinger's generator, with 32 bits of state. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A normal deviate by the Box–Muller transform. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}
