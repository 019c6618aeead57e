/** Numbers that look random and are the same for the same seed on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** Yes in so many of 1. */
  chance(probability: number): boolean
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  /** The first ones most often, as it is with people and projects. */
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

/** Tommy Ettinger's generator: 32 bits of state, good enough to look real. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Box and Muller's. */
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}
