/** Text that is no word of a screen: it is looked for in files, is data, or is printed where there is no choice of language. `why` says so. */
export const TEXT_THAT_STAYS: readonly { file: RegExp; why: string }[] = [
  {
    file: /^shared\/language\/(?:\w+\/|languages\.ts$)/,
    why: 'the catalogues, and the name of each language in itself',
  },
  {
    file: /^drivers\/command\//,
    why: '`npm run reader` prints on a console, which has no switch: both languages beside each other',
  },
  { file: /^drivers\/sdt\/card-text\.ts$/, why: 'nationalities as GB/T 3304 names them: values of a card' },
  {
    file: /^(?:edge-service|kiosk\/browser|kiosk\/electron)\/(?:main|first-start|start-trouble)\.ts$/,
    why: 'printed on a console or before there is a page: both languages beside each other',
  },
  { file: /^shared\/node\/require-runtime\.ts$/, why: 'printed by a Node too old to load a catalogue' },
  {
    file: /^edge-service\/(?:lab\/lab-fields|roster\/roster-fields)\.ts$/,
    why: "headings that other people's files have: looked for, never said",
  },
  {
    file: /^kiosk\/station\/(?:start-trouble|disk\/(?:database|settings)|journal\/journal-opening)\.ts$/,
    why: 'why a kiosk could not start: printed on a console or in its log, both languages beside each other',
  },
  {
    file: /^drivers\/(?:models\/reader-models|service\/service-decard)\.ts$/,
    why: "makers as the udev file names them, and what a maker's service answers: compared, never said",
  },
  { file: /^kiosk\/screen\/sound\/sounds\.ts$/, why: 'spoken by a Chinese voice, whatever the staff reads' },
  { file: /^shared\/tube-mark\.ts$/, why: 'the code of a tube without a label, as events hold it' },
  {
    file: /^(?:edge-service\/keys\/key-file|kiosk\/browser\/keyring-keys)\.ts$/,
    why: 'printed at the start, before there is a page: both languages beside each other',
  },
  {
    file: /^shared\/opening-reason\.ts$/,
    why: "reasons and stations as the edge's journal holds them: written and looked for, said by their key",
  },
  {
    file: /^edge-service\/(?:store\/(?:data-directory|newer-schema|schema)|upkeep\/backup)\.ts$/,
    why: 'why a start or a command could not be done: printed on a console, both languages beside each other',
  },
  {
    file: /^edge-service\/people\/person-query\.ts$/,
    why: 'a type of document as rosters write it: looked for, never said',
  },
];
