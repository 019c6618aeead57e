/** Half-open `[from, to)`. */
export interface Period {
  from: Date
  to: Date
}
