/**
 * A set of texts stored as 64-bit hashes: 8 bytes per slot, whatever the length of the text. Two texts with one
 * hash count as one; among a million texts that happens once in 40 million sets, and callers must tolerate it.
 */
export class KeySet {
  #high = new Uint32Array(1024)
  #low = new Uint32Array(1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Whether the text is new to the set. */
  add(text: string): boolean {
    if ((this.#size + 1) * 3 > this.#high.length * 2) this.#grow()
    const [high, low] = hash64(text)
    const isNew = insert(this.#high, this.#low, high, low)
    if (isNew) this.#size += 1
    return isNew
  }

  has(text: string): boolean {
    const mask = this.#high.length - 1
    const [high, low] = hash64(text)
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      if (this.#high[slot] === high && this.#low[slot] === low) return true
      if (this.#high[slot] === 0 && this.#low[slot] === 0) return false
    }
  }

  #grow(): void {
    const [high, low] = [new Uint32Array(this.#high.length * 2), new Uint32Array(this.#low.length * 2)]
    for (const [slot, value] of this.#high.entries()) {
      const other = this.#low[slot] ?? 0
      if (value !== 0 || other !== 0) insert(high, low, value, other)
    }
    this.#high = high
    this.#low = low
  }
}

/** Open addressing over a power of two; a slot of two zeros is empty. */
function insert(highs: Uint32Array, lows: Uint32Array, high: number, low: number): boolean {
  const mask = highs.length - 1
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    if (highs[slot] === high && lows[slot] === low) return false
    if (highs[slot] === 0 && lows[slot] === 0) {
      highs[slot] = high
      lows[slot] = low
      return true
    }
  }
}

/** cyrb53's mixing (public domain, bryc), all 64 bits of it; never two zeros. */
export function hash64(text: string): [high: number, low: number] {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return [b >>> 0, a >>> 0 || 1]
}
