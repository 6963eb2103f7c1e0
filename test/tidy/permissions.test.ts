import { describe, expect, it } from 'vitest';
import { ACTIONS, callersOf, isBlind, may, ROLES, type Role } from '#shared/permissions.ts';
import { PROBLEM_CODES } from '../../edge-service/http/problems.ts';
import { literal, projectSources, walk } from './source.ts';

const TABLE = 'shared/permissions.ts';
/** What the roles are called, for people. */
const WORDS = /^shared\/language\/\w+\/state\.ts$/;

const product = projectSources().filter(({ path }) => /^(?:shared|edge-service|kiosk|drivers)\//.test(path));

/** Every text in a file's code that is a string of its own. */
function texts(file: (typeof product)[number]): Set<string> {
  const found = new Set<string>();
  walk(file.tree, (node) => {
    const text = literal(node);
    if (text !== null) found.add(text);
  });
  return found;
}

describe('who may do what', () => {
  it('HT53 only the table of permissions and the words for people name a role', () => {
    const naming = product.filter((file) => ROLES.some((role) => texts(file).has(role)));
    expect(naming.map(({ path }) => path).filter((file) => !WORDS.test(file))).toEqual([TABLE]);
  });

  it('HT53 every action of the table is asked for by somebody', () => {
    const asked = new Set(product.filter(({ path }) => path !== TABLE).flatMap((file) => [...texts(file)]));
    expect(ACTIONS.filter((action) => !asked.has(action))).toEqual([]);
  });

  it('HT53 whoever holds several roles may do what one of them may, and without a role only what needs none', () => {
    for (const action of ACTIONS) {
      const open = callersOf(action).some((caller) => caller === 'anyone');
      expect(may([], action), action).toBe(open);
      for (const one of ROLES)
        for (const other of ROLES)
          expect(may([one, other], action), `${action} ${one} ${other}`).toBe(
            may([one], action) || may([other], action),
          );
    }
  });

  it('HT53 a lab clerk alone is blind, and may do nothing that shows a number of ours', () => {
    const blind = ROLES.filter((role) => isBlind([role]));
    expect(blind).toEqual(['station-staff', 'lab-clerk'] satisfies Role[]);
    expect(isBlind(['lab-clerk', 'hr'])).toBe(false);
    expect(ACTIONS.filter((action) => may(['lab-clerk'], action) && !may([], action)).toSorted()).toEqual([
      'lab.enter',
      'lab.enter-blind',
      'lab.read',
      'round.read',
      'session.change',
      'session.close',
      'session.read',
    ]);
  });
});

describe('what may be refused', () => {
  it('HT54 every code with a status and words is one that somebody refuses with', () => {
    const lists = ['edge-service/http/problems.ts', 'edge-service/ledger/refusal.ts'];
    const refusing = product.filter(
      ({ path }) => path.startsWith('edge-service/') && !path.startsWith('edge-service/board/'),
    );
    const said = new Set(refusing.filter(({ path }) => !lists.includes(path)).flatMap((f) => [...texts(f)]));
    expect(PROBLEM_CODES.filter((code) => !said.has(code))).toEqual([]);
  });
});
