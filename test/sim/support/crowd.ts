import type { SeededRandom } from '../../support/seeded-random.ts';
import type { KioskMachine } from './kiosk-machine.ts';
import { credentialOf, type SimPerson } from './people.ts';

/** Somebody was let in, or staff pressed a key. `given`: what the screen must answer, null where nobody gave a credential. */
export interface Visit {
  machine: KioskMachine;
  what: string;
  /** 'any' where the credential is made by chance (name and phone only). */
  given: { credential: string | null } | null;
}

/** The people of a site and the staff beside its kiosks: they act on what the screens say. */
export class Crowd {
  readonly #random: SeededRandom;
  readonly #people: readonly SimPerson[];
  readonly #queue: SimPerson[];
  readonly #wereAt = new Map<string, SimPerson[]>();
  #codes = 0;

  constructor(random: SeededRandom, people: readonly SimPerson[]) {
    this.#random = random;
    this.#people = people;
    this.#queue = random.shuffled(people);
  }

  /** One thing happens at a table. Null when nothing can: the machine is off. */
  visit(machine: KioskMachine): Visit | null {
    const { state } = machine;
    if (state === null) return null;
    const random = this.#random;
    const done = (what: string): Visit => ({ machine, what, given: null });
    const { face } = state;
    if (face.face === 'sealing' && random.below(10) < 7) {
      const swabbed = random.pick([face.offered, face.offered, Math.max(0, face.offered - 1), null]);
      void machine.press({ command: 'seal', swabbed });
      return done(`seal ${swabbed}`);
    }
    if (face.face === 'who-was-not-sampled') {
      const swipe = random.pick([null, face.candidates[0]?.swipe ?? null]);
      void machine.press({ command: 'not-sampled', swipe });
      return done(swipe === null ? 'nobody knows who' : 'that one was not sampled');
    }
    if (face.face === 'continue-tube') {
      void machine.press({ command: 'continue-tube', yes: random.below(10) < 6 });
      return done('continue that tube');
    }
    if (face.face === 'repeat-elsewhere' && face.asks && random.below(10) < 6) {
      void machine.press({ command: 'sampled-again', yes: random.below(2) === 0 });
      return done('sampled again');
    }
    if (
      state.stand === 'before' &&
      state.tubeMode === 'codes' &&
      state.tube === null &&
      random.below(2) === 0
    ) {
      void machine.press({ command: 'tube-code', code: this.#code() });
      return done('tube code');
    }
    if (state.tube !== null && state.tube.count >= state.tube.capacity && random.below(10) < 7) {
      void machine.press({ command: 'change-tube' });
      return done('change tube');
    }
    return this.#ordinary(machine);
  }

  /** Somebody comes with a card, whatever state the table is in. */
  latecomer(machine: KioskMachine): Visit {
    return this.#card(machine, this.#random.pick(this.#people));
  }

  #ordinary(machine: KioskMachine): Visit {
    const random = this.#random;
    const done = (what: string): Visit => ({ machine, what, given: null });
    const here = this.#wereAt.get(machine.name) ?? [];
    const dice = random.below(100);
    if (dice < 56) return this.#card(machine, this.#queue.pop() ?? random.pick(this.#people));
    if (dice < 63) return this.#card(machine, here.at(-1 - random.below(3)) ?? random.pick(this.#people));
    if (dice < 70) return this.#card(machine, random.pick(this.#people));
    if (dice < 79) return this.#manual(machine, this.#queue.pop() ?? random.pick(this.#people));
    if (dice < 84) {
      void machine.press({ command: 'undo' });
      return done('undo');
    }
    if (dice < 89) {
      for (let i = 0; i < 3; i++) machine.read({ event: 'fault', code: 'damaged-answer' });
      return done('unreadable');
    }
    if (dice < 93) {
      void machine.press({ command: 'settle-unreadable', sampled: random.below(2) === 0 });
      return done('settle unreadable');
    }
    if (dice < 97) {
      const to = random.pick(['open-tube', 'no-tube'] as const);
      void machine.press({ command: 'move-last', count: 1 + random.below(3), to });
      return done(`move last to ${to}`);
    }
    void machine.press({ command: 'change-tube' });
    return done('change tube early');
  }

  #card(machine: KioskMachine, person: SimPerson): Visit {
    this.#note(machine, person);
    machine.read({
      event: 'reading',
      reading: {
        kind: 'resident',
        number: person.number,
        name: person.name,
        nameEnglish: null,
        sex: 'M',
        birth: '1980-01-01',
        validFrom: null,
        validTo: null,
        ethnicity: '01',
      },
    });
    return { machine, what: 'card', given: { credential: credentialOf('id', person.number) } };
  }

  #manual(machine: KioskMachine, person: SimPerson): Visit {
    this.#note(machine, person);
    const kind = this.#random.pick(['id', 'id', 'staff', 'staff', 'none'] as const);
    const number = kind === 'id' ? person.number : kind === 'staff' ? person.staffNumber : '';
    const { name, phone } = person;
    void machine.press({ command: 'manual', kind, number, documentType: null, name, phone });
    if (kind === 'staff') void machine.press({ command: 'take-unlisted', yes: true });
    return {
      machine,
      what: `manual ${kind}`,
      given: { credential: kind === 'none' ? null : credentialOf(kind, number) },
    };
  }

  #note(machine: KioskMachine, person: SimPerson): void {
    const here = this.#wereAt.get(machine.name) ?? [];
    here.push(person);
    this.#wereAt.set(machine.name, here);
  }

  /** The next code of the roll; now and then one that is in use already. */
  #code(): string {
    const used = this.#codes > 0 && this.#random.below(6) === 0;
    const n = used ? 1 + this.#random.below(this.#codes) : ++this.#codes;
    return String(n).padStart(7, '0');
  }
}
