/** One line of a kiosk's log: a closed code and bare facts. It never holds a number, a name or a key. */
export interface LogLine {
  code:
    | 'started'
    | 'stopped'
    | 'journal-damaged'
    | 'database-set-aside'
    | 'disk-full'
    | 'forked'
    | 'link'
    | 'message-refused'
    | 'invalid-at-edge'
    | 'reader'
    | 'token'
    | 'wrong-object'
    | 'fault';
  detail: string;
}
export type Log = (line: LogLine) => void;
