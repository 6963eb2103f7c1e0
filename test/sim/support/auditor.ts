import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sodium from 'libsodium-wrappers';
import { keyHexSchema, type CredentialKey, type RoundId } from '#shared/ids.ts';
import type { KeyStore } from '../../../edge-service/keys/key-store.ts';
import type { RoundContact } from '../../../edge-service/counting/completeness.ts';
import type { Store } from '../../../edge-service/store/database.ts';
import { namesIn, type ReadEvent } from './chain-reader.ts';
import { DiskBooks, type Fact } from './disk-books.ts';
import type { KioskMachine } from './kiosk-machine.ts';
import { LedgerPicture } from './ledger-picture.ts';
import { credentialOf, type SimPerson } from './people.ts';
import { LATE_MS_MAX } from './site-network.ts';
import { tally, type Tally } from './tally.ts';
import { SITE_OPENS_AT } from './timeline.ts';

/**
 * `finalUpTo` is the time at which the edge last held a kiosk's head, by the edge's clock. What was swiped while that head
 * was on its way may be missing: no more than the longest way of a message.
 */
const FINAL_TOLERANCE_MS = LATE_MS_MAX + 5_000;

interface KnownFact extends Fact {
  credential: string | null;
  disks: Set<string>;
}

/** What the edge has been told, in its own order. */
export interface ToldSoFar {
  /** Per install the highest head. */
  heads: Map<string, number>;
  /** When each install was last heard, and when the first event of each came. */
  heard: Map<string, number>;
  born: Map<string, number>;
  /** Installs under which two histories or machines were seen. */
  split: Set<string>;
}

/** Keeps books of its own about everything that happens, and holds what the site claims against them. */
export class Auditor {
  readonly #keys: KeyStore;
  readonly #people: readonly SimPerson[];
  readonly books = new Map<string, DiskBooks>();
  readonly facts = new Map<string, KnownFact>();
  picture = new LedgerPicture();
  #told: ToldSoFar = { heads: new Map(), heard: new Map(), born: new Map(), split: new Set() };
  #moment = 0;
  #wasSetBack = false;
  #round: RoundId | null = null;
  #keyed = new Map<string, string>();
  readonly #given = new Set<string>();
  claims = { complete: 0, final: 0, tallies: 0 };
  /** Machines that are gone with what only they knew. */
  readonly lostMachines = new Set<string>();

  constructor(parts: { keys: KeyStore; people: readonly SimPerson[] }) {
    this.#keys = parts.keys;
    this.#people = parts.people;
    for (const p of parts.people) {
      this.#given.add(credentialOf('id', p.number));
      this.#given.add(credentialOf('staff', p.staffNumber));
    }
  }

  /** The round everything is about. */
  set round(round: RoundId) {
    this.#round = round;
    for (const credential of this.#given) this.#keyed.set(this.keyOf(credential), credential);
  }

  /** The credential key of docs/protocol.md 6, worked out anew. */
  keyOf(credential: string): CredentialKey {
    const keys = this.#round === null ? null : this.#keys.round(this.#round);
    if (keys === null) throw new Error('no round yet');
    const at = credential.indexOf('/');
    const text = `${credential.slice(0, at)}\0${credential.slice(at + 1)}`;
    return keyHexSchema.parse(createHmac('sha256', keys.key).update(text).digest('hex').slice(0, 32));
  }

  booksOf(machine: KioskMachine): DiskBooks {
    const books = this.books.get(machine.name);
    if (books === undefined) throw new Error(`no books of ${machine.name}`);
    return books;
  }

  /** A machine has come up: all of its disk is read again. */
  kioskStarted(machine: KioskMachine, nowMs: number): void {
    if (machine.db === null) throw new Error(`${machine.name} did not start`);
    let books = this.books.get(machine.name);
    if (books === undefined) this.books.set(machine.name, (books = new DiskBooks(machine.name)));
    this.#enter(machine, books.reopened(machine.db, nowMs));
  }

  kioskCloned(machine: KioskMachine, clone: KioskMachine): void {
    const books = this.booksOf(machine).copy(clone.name);
    this.books.set(clone.name, books);
    for (const fact of this.facts.values()) if (fact.disks.has(machine.name)) fact.disks.add(clone.name);
  }

  /** Whatever was written at this kiosk since the last look. */
  look(machine: KioskMachine, nowMs: number): KnownFact[] {
    return machine.db === null ? [] : this.#enter(machine, this.booksOf(machine).harvest(machine.db, nowMs));
  }

  /** The screen has answered a person who gave this credential: what it shows must be on the disk already. */
  answered(
    machine: KioskMachine,
    given: { credential: string | null; facts: readonly KnownFact[] },
  ): 'counted' | 'refused' {
    const face = machine.state?.face.face ?? null;
    const swipes = given.facts.filter((fact) => fact.event.body?.type === 'swipe');
    const taken =
      face === 'counted' || face === 'test' || face === 'repeat-here' || face === 'repeat-elsewhere';
    if (taken && swipes.length !== 1)
      throw new Error(`${machine.name} shows ${face}, and ${swipes.length} swipes were written`);
    // A kiosk whose disk filled up right behind the swipe says so instead; the swipe is there, and nobody was told it is not.
    if (!taken && face !== 'stopped' && swipes.length > 0)
      throw new Error(`${machine.name} took a swipe and shows ${face}`);
    const [swipe] = swipes;
    if (swipe === undefined || face === 'stopped') return 'refused';
    if (given.credential !== null && swipe.credential !== given.credential)
      throw new Error(`${machine.name} recorded another person than the one before it`);
    const shown = String(swipe.event.body?.['shown']);
    const fits =
      face === 'test'
        ? shown === 'test'
        : face === 'counted'
          ? ['counted', 'walk-in', 'unchecked'].includes(shown)
          : shown === face;
    if (!fits) throw new Error(`${machine.name} shows ${face} and wrote down ${shown}`);
    return 'counted';
  }

  /** True where the edge did not know of so many. */
  toldHead(install: string, head: number): boolean {
    const known = this.#told.heads.get(install) ?? 0;
    if (head > known) this.#told.heads.set(install, head);
    return head > known;
  }

  /** A machine that has gone on under a child says hello for the parent only to deliver it: the parent is not heard by that. */
  told(install: string, head: number, machine: string): void {
    this.toldHead(install, head);
    const current = this.books.get(machine)?.current ?? null;
    if (current === null || current.install === install) this.#told.heard.set(install, ++this.#moment);
  }

  split(install: string): void {
    this.#told.split.add(install);
  }

  /** What the edge was told, for the day when it is set back to this moment. */
  toldSoFar(): ToldSoFar {
    const { heads, heard, born, split } = this.#told;
    return { heads: new Map(heads), heard: new Map(heard), born: new Map(born), split: new Set(split) };
  }

  /** The edge is up again on the disk it had. */
  edgeStarted(db: Store): void {
    const before = this.picture;
    this.picture = new LedgerPicture();
    this.picture.refresh(db);
    this.picture.mustHoldAllOf(before);
  }

  /** The edge is up on a backup: it knows what it was told until then. */
  edgeSetBack(db: Store, told: ToldSoFar): void {
    const { heads, heard, born, split } = told;
    this.#told = { heads: new Map(heads), heard: new Map(heard), born: new Map(born), split: new Set(split) };
    this.#wasSetBack = true;
    this.picture = new LedgerPicture();
    this.picture.refresh(db);
  }

  committed(db: Store): void {
    for (const event of this.picture.refresh(db))
      if (event.sequence === 1) this.#told.born.set(event.install, ++this.#moment);
  }

  /** Holds `complete` and `finalUpTo` against what is known. */
  checkClaims(contact: RoundContact, machines: readonly KioskMachine[]): void {
    if (this.#round === null) return;
    if (contact.complete) this.#checkComplete();
    if (contact.finalUpTo !== null) this.#checkFinal(contact, machines);
  }

  /** The site's numbers of the round, counted anew from what the ledger holds. */
  tally(): Tally {
    this.claims.tallies++;
    return tally({
      round: this.#round ?? '',
      events: this.picture.events,
      credentialOf: (identity) => this.facts.get(identity)?.credential ?? identity,
      credentialOfKey: (key) => this.#keyed.get(key) ?? key,
      roster: this.#people.filter((p) => p.listed !== 'no').map((p) => rosterCredentials(p)),
    });
  }

  /** Everything on a disk that is not lost must be in the ledger, and nothing else than what was on one. */
  checkEverythingArrived(): void {
    const held = new Set(this.picture.events.map((e) => e.identity));
    for (const fact of this.facts.values()) {
      if (fact.event.body?.type === 'installed' || held.has(fact.identity)) continue;
      if ([...fact.disks].every((disk) => this.lostMachines.has(disk))) continue;
      const { type } = fact.event.body ?? { type: '?' };
      throw new Error(
        `${type} ${fact.event.install}:${fact.event.sequence} of ${[...fact.disks].join(', ')} never reached the ledger`,
      );
    }
    for (const event of this.picture.events) {
      if (event.kind === 'edge' || event.body?.type === 'installed') continue;
      const fact = this.facts.get(event.identity);
      if (fact === undefined)
        throw new Error(`${event.install}:${event.sequence} is in the ledger and was on no kiosk`);
      const named = (id: string | null): string | null =>
        id === null ? null : (this.picture.identityOf(id) ?? id);
      if (JSON.stringify(namesIn(event.body).map(named)) !== JSON.stringify(fact.names.map(named)))
        throw new Error(
          `${event.install}:${event.sequence} names other events in the ledger than at its kiosk`,
        );
    }
  }

  /** What only lost machines knew. */
  get missing(): KnownFact[] {
    const held = new Set(this.picture.events.map((e) => e.identity));
    return [...this.facts.values()].filter(
      (f) => f.event.body?.type !== 'installed' && !held.has(f.identity),
    );
  }

  /** No number, no name and no round key lies in clear in any of these files. */
  checkNothingPersonal(files: readonly string[]): void {
    const round = this.#round === null ? null : this.#keys.round(this.#round);
    const secrets = this.#people.flatMap((p) => [Buffer.from(p.number), Buffer.from(p.name)]);
    if (round !== null)
      secrets.push(Buffer.from(round.key), Buffer.from(Buffer.from(round.key).toString('hex')));
    for (const file of files) {
      const bytes = readFileSync(file);
      if (secrets.some((secret) => bytes.includes(secret)))
        throw new Error(`${file} holds personal data or a key in clear`);
    }
  }

  #enter(machine: KioskMachine, fresh: readonly Fact[]): KnownFact[] {
    const entered = fresh.map((fact): KnownFact => {
      const known = this.facts.get(fact.identity);
      if (known !== undefined) return known;
      const made = { ...fact, credential: this.#open(fact.event), disks: new Set<string>() };
      this.facts.set(fact.identity, made);
      return made;
    });
    for (const fact of entered) fact.disks.add(machine.name);
    return entered;
  }

  /** Who gave the card: the box is opened with the keys, as the edge could. Null for what is no swipe. */
  #open(event: ReadEvent): string | null {
    if (event.body?.type !== 'swipe' || event.sealed === null) return null;
    const site = this.#keys.site();
    const round = event.body.round === null ? null : this.#keys.round(event.body.round);
    const [publicKey, secretKey] =
      round === null ? [site.intakePublic, site.intakeSecret] : [round.publicKey, round.secretKey];
    const plain = Buffer.from(sodium.crypto_box_seal_open(event.sealed, publicKey, secretKey)).toString(
      'utf8',
    );
    const person = JSON.parse(plain) as { kind: string; number: string };
    const credential = credentialOf(person.kind, person.number);
    if (person.kind === 'none') {
      this.#given.add(credential);
      if (this.#round !== null) this.#keyed.set(this.keyOf(credential), credential);
    } else if (!this.#given.has(credential)) throw new Error(`a swipe of nobody: ${person.kind}`);
    return credential;
  }

  #checkComplete(): void {
    this.claims.complete++;
    const events = this.picture.events;
    const decided = (type: string): ReadEvent[] =>
      events.filter((e) => e.kind === 'edge' && e.body?.type === type);
    const reviewed = new Set(decided('fork-reviewed').map((e) => String(e.body?.['install'])));
    const parentOf = (install: string): string | null =>
      (this.picture.held(install)[0]?.body?.['parent'] as { install: string } | null | undefined)?.install ??
      null;
    const repeated = new Set<string>(events.flatMap((e) => (e.body?.origin ? [e.body.origin.event] : [])));
    for (const [install, told] of this.#told.heads) {
      const held = this.picture.held(install);
      const children = this.picture.installs.filter((i) => parentOf(i) === install);
      for (let n = held.length + 1; n <= told; n++)
        if (!repeated.has(`${install}:${n}`) && (n > 1 || children.length === 0))
          throw new Error(`complete, but ${install} said it had ${told} events and number ${n} is nowhere`);
      const parent = parentOf(install);
      const reviewedHere = reviewed.has(install) || (parent !== null && reviewed.has(parent));
      if (parent !== null && !reviewedHere && !children.some((c) => reviewed.has(c)))
        throw new Error(`complete, but nobody has looked at the fork of ${install}`);
      const own = held.findLast(
        (e) =>
          ['swipe', 'unreadable'].includes(e.body?.type ?? '') &&
          e.body?.phase === 'open' &&
          e.body.round === this.#round,
      );
      if (own === undefined) continue;
      const ended = held.findLast((e) => e.body?.type === 'round-ended' && e.body.round === this.#round);
      // Every number up to the one a lead named is here, be it as a copy.
      const isHere = (last: number): boolean => {
        for (let n = held.length + 1; n <= last; n++) if (!repeated.has(`${install}:${n}`)) return false;
        return true;
      };
      const excepted = decided('exception').some(
        (e) => e.body?.['install'] === install && isHere(Number(e.body?.['lastSequence'])),
      );
      // Its kiosk went on under a child: nothing of it came since, and if two were seen under it, a person has looked.
      const wentOn =
        (!this.#told.split.has(install) || [install, ...children].some((i) => reviewed.has(i))) &&
        children.some((c) => (this.#told.born.get(c) ?? 0) > (this.#told.heard.get(install) ?? 0));
      if ((ended?.sequence ?? 0) < own.sequence && !excepted && !wentOn)
        throw new Error(`complete, but ${install} has not ended the round`);
    }
  }

  #checkFinal(contact: RoundContact, machines: readonly KioskMachine[]): void {
    this.claims.final++;
    const held = new Set(this.picture.events.map((e) => e.identity));
    const upToMs = (contact.finalUpTo ?? 0) - SITE_OPENS_AT - FINAL_TOLERANCE_MS;
    const known = new Set(contact.installs.map((i) => i.install));
    const settled = new Set(contact.installs.filter((i) => i.settled).map((i) => i.install));
    for (const machine of machines) {
      const books = this.books.get(machine.name);
      if (books === undefined) continue; // not yet started
      const current = books.current?.install ?? null;
      const others = machines.flatMap((m) => (m === machine ? [] : (this.books.get(m.name) ?? [])));
      const shared = others.some((o) => o.current?.install === current);
      const spokenFor = (install: string): boolean =>
        this.#wasSetBack && others.some((o) => o.holds(install));
      // What nobody could have told the edge: a kiosk it has never heard of, a copied disk that has not spoken yet, what a
      // restored edge has forgotten of a journal for which a copy of it spoke first, and a kiosk that said it was done.
      if (current === null || !known.has(current) || shared || settled.has(current)) continue;
      for (const fact of books.facts.values()) {
        const { body } = fact.event;
        if (body?.type !== 'swipe' || body.phase !== 'open' || body.round !== this.#round) continue;
        if (fact.atMs <= upToMs && !held.has(fact.identity) && !spokenFor(fact.event.install))
          throw new Error(
            `final up to ${(contact.finalUpTo ?? 0) - SITE_OPENS_AT} ms, but ${machine.name} holds a swipe of ${fact.atMs} ms (${fact.event.install}:${fact.event.sequence}): ${JSON.stringify(contact.installs)}`,
          );
      }
    }
  }
}

export const rosterCredentials = (p: SimPerson): string[] =>
  p.listed === 'both'
    ? [credentialOf('id', p.number), credentialOf('staff', p.staffNumber)]
    : [credentialOf('id', p.number)];
