import type { Clock } from '#shared/clock.ts';
import type { CredentialKey, RoundId } from '#shared/ids.ts';
import type { KioskCommand } from '#shared/contract/kiosk-screen.ts';
import type { TubePatternsMessage } from '#shared/contract/wire.ts';
import type { CountedBook } from '../books/counted-book.ts';
import type { JoinedTubes, UsedTube } from '../books/joined-tubes.ts';
import type { Stamp } from '../journal/journal-opening.ts';
import type { Journal } from '../journal/journal.ts';
import type { Random } from '#shared/random.ts';
import type { RoundBook } from '../books/round-book.ts';
import type { SettingsStore } from '../disk/settings.ts';
import type { WrongObjects } from '../books/wrong-objects.ts';

/** What a station stands on. */
export interface StationParts {
  journal: Journal;
  clock: Clock;
  random: Random;
  rounds: RoundBook;
  counted: CountedBook;
  joined: JoinedTubes;
  settings: SettingsStore;
  wrongObjects: WrongObjects;
  stamp: () => Stamp;
  /** How the tube codes of the rounds told look. */
  tubePatterns: () => TubePatternsMessage['patterns'];
  /** Asks the edge for the masked name behind a staff number, bounded; null when there is none to be had. */
  askRosterName: (ask: { round: RoundId; key: CredentialKey }) => Promise<string | null>;
  /** Asks the edge whether a code is used, bounded; null when it cannot be asked. */
  askTubeUsed: (ask: { round: RoundId; code: string }) => Promise<UsedTube | 'unused' | null>;
  appended: () => void;
  changed: () => void;
}

export type Stopped = { reason: 'disk-full' | 'journal-fault'; detail: string };
type Elsewhere =
  | 'choose-language'
  | 'pair'
  | 'pair-typed'
  | 'confirm-fingerprint'
  | 'opening-code'
  | 'scan'
  | 'staff-scan';
type OfReaders = 'choose-reader' | 'forget-reader' | 'look-for-readers';
export type StationCommand = Exclude<KioskCommand, { command: Elsewhere | OfReaders }>;
