import type { CommandReply } from '#shared/contract/kiosk-screen.ts';
import { labelText } from '#shared/label.ts';
import { misfit } from '#shared/tube-pattern.ts';
import { type Desk, refusal, refusalOf, usesTubes } from './desk.ts';
import { Doubt } from './doubt.ts';
import { classifyScan, oddAmong } from './scan.ts';
import { patternWords } from './words.ts';

/** A scanner may read twice in a moment, and a key bounce: nobody insists that way. */
const INSISTED_MS = 1_000;

type Taken = { ok: true; code: string } | (CommandReply & { ok: false });

/** Which texts are taken for tube codes. What is doubted is told, and believed when a person gives it again. */
export class TubeCodes {
  readonly #desk: Desk;
  /** Of scanned codes unlike those before. */
  readonly #odd = new Doubt(0);
  /** Of codes that look like a person's number. */
  readonly #personal = new Doubt(INSISTED_MS);
  /** Of codes that do not look as the round says. */
  readonly #unlike = new Doubt(INSISTED_MS);

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** A code as a scanner gave it. `earlier`: those of this round so far, to compare with where the round says nothing. */
  scanned(text: string, earlier: () => readonly string[]): Taken {
    const desk = this.#desk;
    const code = labelText(text);
    const compared =
      usesTubes(desk.duty) && desk.questions.tubePattern === null && classifyScan(code).is === 'tube';
    const odd = compared ? oddAmong(earlier(), code) : null;
    if (odd === null) this.#odd.forget();
    if (odd === null || this.#odd.isInsisted(code, desk.clock.monotonic())) return this.typed(code);
    desk.wrong(odd);
    return refusal('not-a-tube-code');
  }

  typed(text: string): Taken {
    const desk = this.#desk;
    const scanned = classifyScan(text);
    if (scanned.is !== 'tube' && scanned.is !== 'doubted') {
      desk.wrong(scanned.is === 'wrong' ? scanned.given : 'person-code');
      return refusal('not-a-tube-code');
    }
    const { code } = scanned;
    if (scanned.is === 'doubted' && !this.#personal.isInsisted(code, desk.clock.monotonic())) {
      desk.wrong('person-number');
      return refusal('like-person-number');
    }
    const pattern = usesTubes(desk.duty) ? desk.questions.tubePattern : null;
    if (pattern === null || misfit(pattern, code) === null) this.#unlike.forget();
    else if (!this.#unlike.isInsisted(code, desk.clock.monotonic())) {
      desk.wrong('pattern');
      return refusalOf('unlike-pattern', patternWords(pattern));
    }
    return { ok: true, code };
  }
}
