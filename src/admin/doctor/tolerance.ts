const gigabyte = 2 ** 30

/** The limits from which something in storage is a fault. */
export interface Tolerance {
  deadRows: number
  deadShare: number
  bloatBytes: number
  /** With fewer, the share of hits means nothing. */
  reads: number
  temporaryBytes: number
  /** Of the journal, that an inactive slot keeps. */
  slotBytes: number
}

export const usualTolerance: Tolerance = {
  deadRows: 10_000,
  deadShare: 0.2,
  bloatBytes: 100 * 2 ** 20,
  reads: 1_000_000,
  temporaryBytes: gigabyte,
  slotBytes: gigabyte,
}
