import { message, type Message } from '#shared/language/message.ts';
import { plannedEnd } from '#shared/round.ts';
import type { Band } from '#shared/contract/kiosk-bands.ts';
import type { Face, KioskState } from '#shared/contract/kiosk-screen.ts';
import { PROTOCOL_VERSION } from '#shared/contract/wire.ts';
import { openTube } from './desks/desk.ts';
import type { Journal } from './journal/journal.ts';
import type { PairingDesk } from './pairing/pairing-desk.ts';
import type { StationReaders } from './readers/station-readers.ts';
import type { Station } from './desks/station.ts';
import type { LinkTrouble } from './uplink/handshake.ts';
import type { WrongObjects } from './books/wrong-objects.ts';

export interface ViewParts {
  station: Station;
  readers: StationReaders;
  pairing: PairingDesk;
  journal: Journal;
  /** Edge clock where it is known, else this clock, ms. */
  now: () => number;
  link: () => {
    connected: boolean;
    acknowledged: number;
    lastContact: number | null;
    trouble: LinkTrouble | null;
  };
  wrongObjects: WrongObjects;
  ballastHeld: () => boolean;
}

/** What the screen shows, as a pure function of what the parts say now. */
export function kioskState(parts: ViewParts, serial: number): KioskState {
  const { station, journal, readers } = parts;
  const { duty, scope } = station;
  const pairing = station.settings.get().pairing;
  const link = parts.link();
  const tube = openTube(station);
  const round = duty.round;
  return {
    serial,
    face: face(parts),
    bands: bands(parts),
    sound: station.faces.sound,
    station: duty.station,
    stand: duty.stand,
    round:
      round === null
        ? null
        : {
            name: round.definition.name,
            state: round.state,
            date: Math.min(...round.definition.sessions.map((session) => session.from)),
          },
    tubeMode: round?.definition.tubeMode ?? null,
    tube: tube === null ? null : { code: tube.code, count: tube.places, capacity: tube.capacity },
    stationCount: scope.stationCount,
    lastSequence: journal.head.sequence,
    received: Math.min(link.acknowledged, journal.head.sequence),
    restorable: station.undoing.restorable,
    looseCount: duty.stand === 'after' ? 0 : new Set(scope.loose().map(({ person }) => person)).size,
    reader: readers.desk.state,
    readers: readers.list.readers,
    candidates: readers.list.candidates,
    wrongObjects: parts.wrongObjects.of(round?.round ?? null),
    paired: pairing !== null,
    token: parts.pairing.token,
    language: station.settings.get().language ?? null,
  };
}

/** What stands when nothing has just happened comes after what has; a stopped kiosk shows nothing else. */
function face(parts: ViewParts): Face {
  const { station, readers, pairing, journal } = parts;
  if (station.stopped !== null)
    return { face: 'stopped', reason: station.stopped.reason, kept: journal.head.sequence };
  return (
    pairing.standing ??
    station.faces.face ??
    station.swipes.question ??
    station.unlisted.standing ??
    station.enrolment.standing ??
    station.tubes.standing ??
    endedFace(parts) ??
    readers.desk.standing ?? { face: 'idle' }
  );
}

function endedFace({ station, journal, link }: ViewParts): Face | null {
  if (!station.ended) return null;
  const lastSequence = journal.head.sequence;
  const received = Math.min(link().acknowledged, lastSequence);
  return { face: 'round-ended', lastSequence, received, openTube: station.scope.openTube !== null };
}

function bands(parts: ViewParts): Band[] {
  const { station, journal, readers } = parts;
  const { connected, acknowledged, lastContact, trouble } = parts.link();
  const { duty } = station;
  const shown: Band[] = [];
  if (station.settings.get().pairing !== null) {
    const pending = journal.head.sequence - Math.min(acknowledged, journal.head.sequence);
    if (!connected) shown.push({ band: 'offline', pending, lastContact });
    if (duty.round === null) shown.push({ band: 'no-round' });
    else if (!connected && station.rounds.keyOf(duty.round.round) === null)
      shown.push({ band: 'needs-opening-code' });
    if (duty.round !== null && duty.phase === 'open') {
      const endedAt = plannedEnd(duty.round.definition);
      if (parts.now() > endedAt) shown.push({ band: 'old-round', endedAt });
    }
  }
  if (readers.desk.state === 'gone') shown.push({ band: 'reader-gone' });
  if (readers.list.stateOf('tube') === 'gone') shown.push({ band: 'scanner-gone' });
  const forked = forkWords(parts);
  if (forked !== null) shown.push({ band: 'forked', words: forked });
  if (trouble?.kind === 'version')
    shown.push({ band: 'version-refused', ours: PROTOCOL_VERSION, theirs: trouble.theirs ?? 0 });
  if (trouble?.kind === 'unpaired') shown.push({ band: 'unpaired-edge' });
  if (trouble?.kind === 'unproven') shown.push({ band: 'awaits-consent' });
  if (trouble?.kind === 'broken') shown.push({ band: 'broken' });
  const { token } = parts.pairing;
  if (token?.state === 'closed') shown.push({ band: 'token-closed', why: token.why });
  if (!parts.ballastHeld()) shown.push({ band: 'disk-nearly-full' });
  return shown;
}

/** Said until this install has ended a round: whoever packs up must have seen it. */
function forkWords({ journal, station }: ViewParts): Message | null {
  const current = journal.current;
  if (current === null || current.parent === null || station.memory.endedBy(current.install)) return null;
  if (current.reason.startsWith('journal-')) return message('band.forked-damaged');
  if (current.reason === 'other-pairing') return message('band.forked-pairing');
  return message('band.forked-twin');
}
