/** A kiosk whose program writes what it likes: events whose links verify and whose bodies need not say anything of sense. */
import { createHash } from 'node:crypto';
import { BATCH_EVENTS_MAX, encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, utf8ToBytes } from '#shared/bytes.ts';
import { EMPTY_HEAD, linkHash, type Head, type Sha256 } from '#shared/event/chain.ts';
import type { EventBytes } from '#shared/event/event.ts';
import { eventId, type EventId, type InstallId } from '#shared/ids.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { bytesOf, mutated, mutatedBytes, mutatedText } from './hostile-values.ts';
import { recordedBodies } from './recorded-samples.ts';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

const PEOPLE = 60;
const EVENT_ID = /^[0-9a-f-]{36}:\d+$/;
const TIMES = new Set(['wallTime']);
/** Of each type: the recordings of one type are much alike. */
const BODIES_EACH_TYPE = 12;
const BODIES = recordedBodies(BODIES_EACH_TYPE);

export class HostileJournal {
  readonly install: InstallId;
  /** Written and not taken back; what is sent is a part of it, or damaged. */
  readonly events: EventBytes[] = [];
  head: Head = EMPTY_HEAD;
  readonly #round: string;
  /** Events of this and of other journals, to be named by others. */
  readonly #known: EventId[];

  constructor(of: { install: InstallId; round: string; known: EventId[] }) {
    this.install = of.install;
    this.#round = of.round;
    this.#known = of.known;
  }

  /** Appends one to a few events, most of them with something wrong. */
  write(random: SeededRandom): void {
    for (let i = random.next() < 0.9 ? random.below(3) : random.below(40); i >= 0; i--) {
      const body = this.#body(random);
      const sealed = this.#sealed(body, random);
      const text = JSON.stringify(body) ?? 'null';
      this.#append(utf8ToBytes(random.next() < 0.05 ? mutatedText(text, random) : text), sealed);
    }
  }

  /** A batch of what was written last, as the bytes of a message; sometimes not all of it, too much of it, or damaged. */
  batch(random: SeededRandom, watermark: number): { header: unknown; bytes: Uint8Array } {
    const first = random.next() < 0.95 ? watermark + 1 : 1 + random.below(this.head.sequence + 3);
    const events = this.events.slice(first - 1, first - 1 + BATCH_EVENTS_MAX);
    const header = {
      install: this.install,
      first,
      head: { sequence: this.head.sequence, hash: bytesToHex(this.head.hash) },
      wallTime: 1_700_000_000_000 + random.below(1000),
    };
    const bytes = events.length === 0 ? bytesOf(random, random.below(200)) : encodeBatch(events);
    const chance = random.next();
    if (chance < 0.15) return { header, bytes: mutatedBytes(bytes, random) };
    if (chance < 0.25) return { header: mutated(header, random), bytes };
    return { header, bytes };
  }

  #append(body: Uint8Array, sealed: Uint8Array | null): void {
    const sequence = this.head.sequence + 1;
    const hash = linkHash(sha256, { previous: this.head.hash, install: this.install, sequence, body });
    this.events.push({ sequence, hash, body, sealed });
    this.head = { sequence, hash };
    this.#known.push(eventId(this.install, sequence));
  }

  #body(random: SeededRandom): unknown {
    const sample = this.#ofThisSite(random.pick(BODIES), random);
    return random.next() < 0.6 ? sample : mutated(sample, random);
  }

  /** The sample with ids, keys and times of this site in the place of its own. */
  #ofThisSite(value: unknown, random: SeededRandom, key = ''): unknown {
    if (Array.isArray(value)) return value.map((part) => this.#ofThisSite(part, random));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, part]) => [name, this.#ofThisSite(part, random, name)]),
      );
    if (key === 'round') return random.next() < 0.95 ? this.#round : value;
    if (key === 'key' && typeof value === 'string')
      return random.below(PEOPLE).toString(16).padStart(32, '0');
    if (TIMES.has(key)) return 1_700_000_000_000 + this.head.sequence * 1000 + random.below(5000);
    if (typeof value === 'string' && EVENT_ID.test(value) && this.#known.length > 0)
      return random.next() < 0.5 ? random.pick(this.#known.slice(-20)) : random.pick(this.#known);
    return value;
  }

  #sealed(body: unknown, random: SeededRandom): Uint8Array | null {
    if (typeof body !== 'object' || body === null || !('sealed' in body)) return null;
    const sealed = bytesOf(random, random.next() < 0.95 ? 176 : random.below(5000));
    if (random.next() < 0.95) body.sealed = bytesToHex(sha256(sealed));
    return sealed.length === 0 ? null : sealed;
  }
}
