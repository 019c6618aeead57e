import { bugShape } from './bug.js'

/** Every shape that JSON output can have below `data`, by the name under which nouns and commands refer to it. */
export const shapes = {
  bug: bugShape,
}

export type ShapeName = keyof typeof shapes
