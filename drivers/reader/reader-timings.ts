/** How long the reader session waits; reader-protocols.md 1.5 has the reasons, tests and simulation pass shorter ones. */
export interface ReaderTimings {
  /** Between two searches of an empty reader. */
  pollGapMs: number;
  /** Between two looks whether a card that was read still lies there. */
  probeGapMs: number;
  /** A card held so long is searched for besides, again and again: some modules say for ever that a card lies there. */
  heldSearchGapMs: number;
  /** For every answer but a card's content, without the time on the wire. */
  answerTimeoutMs: number;
  /** For a card's content, without the time on the wire … */
  readTimeoutMs: number;
  /** … and with it. */
  readTimeoutMsMax: number;
  /** For the answer that tells which rate a module is set to. */
  discoveryTimeoutMs: number;
  /** After a change of the line's rate, before the first byte. */
  rateSettleMs: number;
  /** A silence longer than this inside a frame ends it. */
  byteGapMsMax: number;
  /** Between two tries of a module that says it needs service. */
  serviceRetryMs: number;
  /** Before the first try to open a reader again, doubled for each further one … */
  reopenDelayMsMin: number;
  /** … up to here. */
  reopenDelayMsMax: number;
}

/** For real readers. */
export const READER_TIMINGS: ReaderTimings = {
  pollGapMs: 300,
  probeGapMs: 300,
  heldSearchGapMs: 5_000,
  answerTimeoutMs: 1_000,
  readTimeoutMs: 3_000,
  readTimeoutMsMax: 5_000,
  discoveryTimeoutMs: 500,
  rateSettleMs: 5,
  byteGapMsMax: 300,
  serviceRetryMs: 3_000,
  reopenDelayMsMin: 500,
  reopenDelayMsMax: 5_000,
};

/** So many failed looks in a row mean that the card has gone; a single one happens while it lies still. */
export const MISSED_LOOKS_MAX = 2;

/** So many unanswered commands in a row mean that the module hangs; a single one happens to good ones. */
export const SILENCES_MAX = 3;

/** So many answers in a row that are none to what was asked mean that the module speaks another protocol. */
export const STRANGE_ANSWERS_MAX = 3;
