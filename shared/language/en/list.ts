/** How the parts of a sentence are put beside one another. */
export const list = {
  'list.comma': '{one}, {more}',
  'list.dot': '{one} · {more}',
  'list.space': '{one} {more}',
  'list.equal': '{one} = {more}',
  'list.colon': '{one}: {more}',
  'list.or': '{one} / {more}',
  'list.all': '{all}',
} as const;
