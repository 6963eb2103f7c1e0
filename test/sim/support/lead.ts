import { swabbedFewerId } from '#shared/counting/counting.ts';
import { samplerNumbers } from '#shared/event/difference-numbers.ts';
import { eventId, type InstallId, type RoundId, type CredentialKey } from '#shared/ids.ts';
import type { SeededRandom } from '../../support/seeded-random.ts';
import type { RoundDecision } from '../../../edge-service/rounds/round-decisions.ts';
import type { EdgeMachine } from './edge-machine.ts';
import type { SimPerson } from './people.ts';
import { rosterCredentials, type Auditor } from './auditor.ts';

/** The site lead at the board: decides what the board shows must be decided, and now and then slips. */
export class Lead {
  readonly #random: SeededRandom;
  readonly #edge: EdgeMachine;
  readonly #auditor: Auditor;
  readonly #people: readonly SimPerson[];
  readonly #round: RoundId;
  decisions = 0;

  constructor(parts: {
    random: SeededRandom;
    edge: EdgeMachine;
    auditor: Auditor;
    people: readonly SimPerson[];
    round: RoundId;
  }) {
    this.#random = parts.random;
    this.#edge = parts.edge;
    this.#auditor = parts.auditor;
    this.#people = parts.people;
    this.#round = parts.round;
  }

  /** One look at the board and what follows from it. */
  act(): string {
    const random = this.#random;
    const events = this.#auditor.picture.events;
    const of = (type: string) => events.filter((e) => e.body?.type === type);
    const id = (e: { install: InstallId; sequence: number }) => eventId(e.install, e.sequence);
    const anybody = (): CredentialKey =>
      this.#auditor.keyOf(random.pick(rosterCredentials(random.pick(this.#people))));
    const some = <T>(items: readonly T[], run: (item: T) => void): void => {
      if (items.length > 0) run(random.pick(items));
    };
    const dice = random.below(10);
    switch (dice) {
      case 0:
        some(of('swipe'), (s) => this.#decide({ type: 'void', swipe: id(s), reason: 'by the lead' }));
        return 'void';
      case 1:
        this.#decide({ type: 'link', credentials: [anybody(), anybody()], reason: 'two cards' });
        return 'link';
      case 2:
        some(of('link'), (l) => this.#decide({ type: 'unlink', link: id(l) }));
        return 'unlink';
      case 3:
        this.#decide({ type: 'excuse', person: anybody(), reason: '休假' });
        return 'excuse';
      case 4:
        some(of('excuse'), (e) => this.#decide({ type: 'excuse-withdrawn', excuse: id(e) }));
        return 'excuse withdrawn';
      case 5:
        some(this.#edge.look('round.unfiled', {}), (run) =>
          this.#decide({
            type: 'filed',
            install: run.install,
            from: run.from,
            to: run.to,
            reason: 'forgot to open',
          }),
        );
        return 'filed';
      case 6:
        some(of('tube-opened'), (t) => {
          const discrepancy = swabbedFewerId(id(t));
          const found = this.#edge.look('round.discrepancies', { round: this.#round }) ?? [];
          const standing = found.find((d) => d.id === discrepancy);
          this.#decide({
            type: 'difference-decided',
            discrepancy,
            state: random.pick(['open', 'explained'] as const),
            reason: 'asked',
            on: standing?.numbers ?? samplerNumbers(10, 9),
          });
        });
        return 'discrepancy decided';
      case 8:
        some(of('link'), (l) =>
          this.#decide({
            type: 'link-decided',
            link: id(l),
            state: random.pick(['accepted', 'refused', 'open'] as const),
            reason: 'asked',
          }),
        );
        return 'link decided';
      case 7:
        this.review();
        return 'forks reviewed';
      default:
        return 'looks';
    }
  }

  /** Whoever forked is looked at. */
  review(): void {
    for (const { install } of this.#edge.look('contact', { round: this.#round }).installs) {
      const row = this.#edge.look('installs', {}).find((i) => i.install === install);
      if (
        row !== undefined &&
        !row.forkReviewed &&
        (row.parent !== null || row.trouble === 'forked' || row.trouble === 'broken')
      )
        this.#decide({ type: 'fork-reviewed', install, reason: 'looked at' });
    }
  }

  /** Installs that will never end the round themselves: `last` is the number off the screen, or the last one held. */
  except(installs: readonly { install: InstallId; last: number }[]): void {
    for (const { install, last } of installs)
      this.#decide({ type: 'exception', install, lastSequence: last, reason: 'replaced' });
  }

  #decide(decision: RoundDecision): void {
    this.decisions++;
    // A refusal, or an edge that dies meanwhile, is what it is: what was decided is what the ledger then holds.
    this.#edge.client.write('round.decide', { round: this.#round, by: 'lead', decision }).catch(() => {});
  }
}
