import { idCheckDigit } from '#shared/id-number.ts';
import type { SeededRandom } from '../../support/seeded-random.ts';

/** Somebody of a simulated site. Region 110199 is in use nowhere. */
export interface SimPerson {
  number: string;
  name: string;
  staffNumber: string;
  phone: string;
  /** On the roster with both numbers, with the ID number alone, or a walk-in. */
  listed: 'both' | 'id' | 'no';
}

/** A credential as given: what the auditor knows a person by. */
export const credentialOf = (kind: string, number: string): string => `${kind}/${number}`;

const SURNAMES = ['测', '试', '样', '例', '范', '虚'];
const GIVEN = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛'];

/** So many people, all with numbers of their own. */
export function simPeople(random: SeededRandom, count: number): SimPerson[] {
  return Array.from({ length: count }, (_, i): SimPerson => {
    const day = String(1 + random.below(28)).padStart(2, '0');
    const front = `110199${1960 + random.below(45)}${String(1 + random.below(12)).padStart(2, '0')}${day}${String(i).padStart(3, '0')}`;
    return {
      number: front + idCheckDigit(front),
      name: `${random.pick(SURNAMES)}${random.pick(GIVEN)}${random.pick(GIVEN)}`,
      staffNumber: String(7000 + i),
      phone: `1000000${String(i).padStart(4, '0')}`,
      listed: random.pick(['both', 'both', 'id', 'id', 'id', 'no']),
    };
  });
}
