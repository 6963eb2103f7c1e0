/** What stands on a printed sheet. */
export const paper = {
  'paper.set-up-sheet': '{site} · {round}: set-up sheet',
  'paper.opening-code': 'Opening code',
  'paper.opening-code-use':
    'Only when a kiosk starts without the edge: type these {n} digits there. Do not photograph; collect the sheet afterwards.',
  'paper.everybody': 'everybody',
  'paper.tubes': '{mode} · {n} a tube',
  'paper.where-it-stands': 'Place',
  'paper.device': 'Device',
  'paper.signature': 'Signature',
  'paper.keys': 'Keys: digits · * = X · + change tube · − undo · 0 manual entry · Enter. Only green counts.',
} as const;
