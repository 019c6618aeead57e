import { visibleLines } from './visible.js'

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for XML and HTML, in an element or a quoted attribute. What is hidden is spelled out first. */
export function xmlText(text: string): string {
  return visibleLines(text).replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
