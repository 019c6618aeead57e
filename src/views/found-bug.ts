import { patternOf, type Spelling } from '../domain/search-words.js'
import type { Look, RecordView } from '../output/field.js'
import type { FoundBug } from '../shapes/bug.js'
import { bugView } from './bug.js'

/** A bug with what was searched for marked in its title and description. */
export function foundBugView(spellings: readonly Spelling[]): RecordView<FoundBug> {
  const pattern = patternOf(spellings)
  const marked = (text: string | null, { style }: Look) =>
    text?.replace(pattern, (match) => style.mark(match)) ?? null
  return {
    ...bugView,
    shape: 'foundBug',
    defaults: ['bugNumber', 'score', 'severity', 'status', 'priorityScore', 'project', 'title'],
    fields: [
      ...bugView.fields.map((field) =>
        field.name !== 'title' && field.name !== 'description'
          ? field
          : {
              ...field,
              text: (bug: FoundBug, look: Look) =>
                marked(bug[field.name as 'title' | 'description'], look) ?? '—',
            },
      ),
      { name: 'score', header: 'SCORE', text: ({ score }) => score.toFixed(2), align: 'right', omit: 0 },
      {
        name: 'excerpt',
        header: 'IN THE DESCRIPTION',
        text: ({ excerpt }, look) => marked(excerpt, look) ?? '—',
        shrink: 0,
      },
    ],
    below: ({ excerpt }, look) => marked(excerpt, look),
  }
}
