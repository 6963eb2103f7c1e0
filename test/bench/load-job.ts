/** What the load generator is told and what it answers, over the channel of its process. */
export interface LoadJob {
  port: number;
  /** File of `writeHistories`. */
  histories: string;
  /** Kiosks of the file to play, from the first. */
  kiosks: number;
  kind:
    /** Every kiosk sends one swipe a message, the next as soon as the last is acknowledged. */
    | { name: 'one-in-flight'; swipesPerKiosk: number }
    /** Every kiosk sends what it holds, as many events a message as a batch takes, one message in flight. */
    | { name: 'drain' }
    /** The same from journals on disk, made from the histories in `dir` before the clock starts. */
    | { name: 'drain-journals'; dir: string }
    /** All kiosks together send `swipesPerSecond` swipes, each its share, one a message. */
    | { name: 'paced'; swipesPerSecond: number; seconds: number };
  /** Session of the board to be watched meanwhile; null: none. */
  board: { token: string; round: string } | null;
  /** Counters of the server's syncs: each acknowledgement is checked against them. Null: not checked. */
  syncFile: string | null;
}

export interface LoadResult {
  swipes: number;
  /** From the first message sent to the last acknowledgement. */
  ms: number;
  /** Time from message to acknowledgement, ms: at the half, at 99 of 100, longest and shortest. */
  ack: { p50: number; p99: number; max: number; min: number };
  /** Acknowledgements before which no sync of the write-ahead log began and ended after the message was sent. */
  ackedUnsynced: number;
  /** Messages the kiosks were pushed (counted keys, rounds), and changes the board was. */
  pushed: number;
  boardChanges: number;
}

export type LoadAnswer =
  /** Connected, said hello, sent the opening: the clock may start. */
  { kind: 'ready' } | { kind: 'result'; result: LoadResult } | { kind: 'failed'; message: string };
export type LoadOrder = { kind: 'job'; job: LoadJob } | { kind: 'go' };
