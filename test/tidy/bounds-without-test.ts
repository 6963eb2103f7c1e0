/**
 * `*_MAX` that no test of their own goes up to, by "file NAME", and why: overstepping one loses, refuses and gives up nothing that
 * anybody was promised, or only another machine or program can overstep it.
 */
export const BOUNDS_WITHOUT_TEST: Readonly<Record<string, string>> = {
  // Derived from another bound, which a test names.
  'drivers/sdt/sdt-frame.ts FRAME_BYTES_MAX': 'the size of a buffer, computed from FRAME_LENGTH_MAX',
  'edge-service/keys/key-store.ts SCRYPT_MEMORY_BYTES_MAX':
    'what node asks for beside the fixed costs; less of it throws at every start',

  // Memory that is filled again from where it came.
  'edge-service/projection/key-rows.ts FILL_MAX':
    'how full a table is before it grows; every row stays found',
  'edge-service/projection/key-rows.ts ROUNDS_MAX': 'rounds in memory; one forgotten is read again',
  'edge-service/http/accounts.ts SESSIONS_AT_HAND_MAX': 'sessions in memory; one forgotten is read again',
  'edge-service/ledger/ingest.ts LINKERS_MAX': 'prepared linkers; one forgotten is made again',
  'edge-service/rounds/board-reports.ts LOOKED_AT_MAX': 'rounds in memory; one forgotten is told whole',
  'edge-service/identity/compared-names.ts ROSTERS_MAX': 'rosters in memory; one forgotten is opened again',
  'edge-service/identity/compared-names.ts SWIPES_MAX': 'names in memory; beyond it they are opened again',
  'edge-service/store/kept-reading.ts STANDING_MAX': 'rounds in memory; one forgotten is read whole again',
  'kiosk/station/books/counted-book.ts ROUNDS_IN_MEMORY_MAX': 'rounds in memory; one forgotten is read again',
  'edge-service/threads/file-process.ts IDLE_MS_MAX': 'an idle process ends and the next file starts another',

  // Work in portions: what is more goes into the next one, at once.
  'edge-service/kiosks/message-flow.ts UNREAD_MAX':
    'answers kept for who does not read; the next request is worked once they are taken',
  'edge-service/kiosks/counted-feed.ts FEED_KEYS_MAX':
    'the size of a message; LG22 proves that the rest follows in the next ones',
  'edge-service/ledger/linked-batch.ts LINKED_AT_ONCE_BYTES_MAX':
    'which batches wait for a turn of their own; all are linked',
  'edge-service/threads/ledger-worker.ts JOBS_PER_COMMIT_MAX':
    'the size of a transaction; the rest goes into the next',
  'edge-service/threads/ledger-worker.ts BYTES_PER_COMMIT_MAX':
    'the size of a transaction; the rest goes into the next',
  'edge-service/threads/ledger-client.ts MESSAGES_UNDER_WAY_MAX':
    'how jobs are grouped; all of them are done',

  // What is shown, where the rest is counted beside it or is nobody's need.
  'edge-service/http/install-routes.ts QUARANTINE_ROWS_MAX':
    'rows shown; how many there are is said beside them',
  'edge-service/upkeep/rebuild.ts DIFFERENCES_MAX': 'differences listed; all are counted and repaired',
  'edge-service/upkeep/chain-check.ts FAULTS_MAX':
    'faults listed; the first one already says that the file is damaged',
  'edge-service/exports/bureau-table.ts REASON_COLUMNS_MAX':
    'columns of a table; rarer reasons share one and are counted',
  'kiosk/screen/header.tsx BANDS_MAX': 'bands shown; the others are counted',
  'kiosk/station/desks/words.ts DETAIL_LENGTH_MAX': 'words of the operating system on a face',
  'kiosk/station/desks/recent-names.ts NAMES_MAX':
    'names shown beside swipes of this hour; an older one shows none',

  'kiosk/station/readers/typed-twice.ts LINES_MAX':
    'lines of a second and a half; the wait for them is bounded, and tested, by time',
  'edge-service/people/person-found.ts SWIPES_SHOWN_MAX':
    'swipes shown of a person; how many more there are is said',
  'edge-service/people/person-found.ts BOXES_OPENED_MAX':
    'how many swipes of a walk-in are asked for a name that staff typed only later',
  'edge-service/people/people-reports.ts NEIGHBOURS_MAX':
    'swipes around a tube that are looked at for a hint',
  'edge-service/kiosks/kiosk-desk.ts STATUSES_MAX':
    'last words of kiosks that boards show; the next heartbeat brings them again',

  // Pace.
  'edge-service/board/live/live-board.ts RECONNECT_MS_MAX':
    'how often a board tries again; it never gives up',
  'drivers/reader/sdt-link.ts SHORT_REPLY_BYTES_MAX':
    'lengthens the wait for an answer by its time on a slow line',

  'edge-service/board/live/live-board.ts WATCH_MS_MAX':
    'after which a board asks again over a new connection; it never gives up',

  // What only a real device, Electron or V8 oversteps.
  'drivers/finding/system-devices.ts SERVICE_CONNECT_MS_MAX':
    'a port of this machine takes a connection or refuses it at once, never late',
  'drivers/port/hid-port.ts LIST_WAIT_MS_MAX':
    'only real devices that never fall silent overstep it, behind node-hid; not proven',
  'drivers/port/hid-port.ts WRITES_WAITING_MAX':
    'only a real device that takes nothing oversteps it, behind node-hid; not proven',
  'kiosk/electron/engine-process.ts STOP_MS_MAX':
    'an engine that hangs at the end is killed by Electron; its journal survives that (PR2)',
  'edge-service/threads/file-process.ts FILE_HEAP_MB_MAX':
    'V8 keeps it only nearly; HO7 proves that beyond it the reader ends and not the edge',

  // Programs for trying out.
  'drivers/recording/player.ts AHEAD_MAX':
    'how far a recording played back skips requests that a program leaves out',
  'kiosk/browser/main.ts GAP_MS_MAX':
    'an option of the kiosk in a browser; a larger value is refused in words at the start',
};
