import { isBlank, unwrapped } from '../spelling.js'

/** The sources of each of our columns. */
export interface FieldSources {
  /** Positions in the record, the best first; if one is empty, the next is used. */
  positions: ReadonlyMap<string, readonly number[]>
  /** The same value for every record. */
  constants: ReadonlyMap<string, string>
}

interface Cell {
  cell: string
  /** Null for a constant, and if there is no value. */
  position: number | null
}

/** Finds the cells of our columns, in row after row. */
export class RowCells {
  #cells: readonly string[] = []
  readonly #sources: FieldSources
  /** What the program that wrote the file puts before a cell that a spreadsheet would run as a formula. */
  readonly #formulaGuard: string | undefined

  constructor(sources: FieldSources, formulaGuard: string | undefined) {
    this.#sources = sources
    this.#formulaGuard = formulaGuard
  }

  begin(cells: readonly string[]): void {
    this.#cells = cells
  }

  /** The first cell with a value. */
  first(field: string, isNothing: (cell: string) => boolean): Cell {
    const constant = this.#sources.constants.get(field)
    if (constant !== undefined) return { cell: constant, position: null }
    for (const position of this.#sources.positions.get(field) ?? []) {
      const cell = this.#cells[position]
      if (cell !== undefined && !isNothing(cell)) return { cell: this.#unguarded(cell), position }
    }
    return { cell: '', position: null }
  }

  /** Every filled cell, in order. */
  filled(field: string): string[] {
    const constant = this.#sources.constants.get(field)
    if (constant !== undefined) return [constant]
    const cells = (this.#sources.positions.get(field) ?? []).map((position) => this.#cells[position] ?? '')
    return cells.filter((cell) => !isBlank(cell)).map((cell) => this.#unguarded(cell))
  }

  #unguarded(written: string): string {
    const cell = unwrapped(written)
    const guard = this.#formulaGuard
    if (guard === undefined || !cell.startsWith(guard)) return cell
    const text = cell.slice(guard.length)
    return formula.test(text) && !quotedWord.test(cell) ? text : cell
  }
}

/** What programs guard: a first character that begins a formula, behind tabs or not. */
const formula = /^[\t\r ]*[=+\-@＝＋－＠;]/

/** An apostrophe that is a quotation mark: `'-v' is ignored`. */
const quotedWord = /^'\S*'(?:\s|$)/
