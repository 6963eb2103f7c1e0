/** A site in the middle of a round: people, tubes, a laboratory's list with one tube booked wrong, kiosks that can swipe on. */
import { idCheckDigit } from '#shared/id-number.ts';
import type { RoundId } from '#shared/ids.ts';
import { BOARD_DIR } from './board-page.ts';
import { EdgeSite } from '../edge/edge-site.ts';
import type { WireKiosk } from '../edge/wire-kiosk.ts';

export const LEAD = { name: '现场负责人', password: 'four words are long' };
export const CLERK = { name: '录入员甲', password: '录入员甲 has a password' };

export interface SitePerson {
  number: string;
  name: string;
  workshop: string;
  team: string;
  shift: string;
  phone: string;
}

const SURNAMES = ['测', '试', '样', '例', '范', '虚'];
const GIVEN = ['伟', '小红', '建国', '丽', '大同', '怀谷', '春生', '文', '晓东'];
const HOUR_MS = 3_600_000;
/** Of these, by index: swiped before the test begins; a night shift whose session is still to come; the rest is missing. */
export const SWIPED = 33;
export const PEOPLE = 48;
const NIGHT_FROM = 42;

/** The n-th invented person: region 110199, phones that are nobody's. */
export function sitePerson(n: number): SitePerson {
  const first17 = `110199${1960 + (n % 40)}0${1 + (n % 9)}1${n % 10}${String(100 + n).padStart(3, '0')}`;
  return {
    number: first17 + idCheckDigit(first17),
    name: `${SURNAMES[n % SURNAMES.length]}${GIVEN[(n * 7) % GIVEN.length]}`,
    workshop: ['一车间', '二车间', '三车间'][n % 3] ?? '',
    team: n % 2 === 0 ? '焊接班' : '装配班',
    shift: n >= NIGHT_FROM ? '夜班' : '白班',
    phone: `100${String(12_345_000 + n).padStart(8, '0')}`,
  };
}

const rosterCsv = (): string =>
  [
    'number,name,workshop,team,shift,phone',
    ...Array.from({ length: PEOPLE }, (_, n) => sitePerson(n)).map((p) =>
      [p.number, p.name, p.workshop, p.team, p.shift, p.phone].join(','),
    ),
  ].join('\n');

export interface BoardSite {
  site: EdgeSite;
  lead: string;
  round: RoundId;
  /** By station: 1 and 2 before the swab, 4 after it; 3 is planned and never came. */
  kiosks: Map<number, WireKiosk>;
  swipe(station: number, n: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startBoardSite(): Promise<BoardSite> {
  const site = await EdgeSite.start({ boardDir: BOARD_DIR });
  const lead = await site.lead();
  await site.person(lead, { name: CLERK.name, roles: ['lab-clerk'] });
  const now = Date.now();
  const at = (hours: number): string => new Date(now + hours * HOUR_MS).toISOString();
  const round = await site.round(lead, {
    name: '第4轮',
    stations: [1, 2, 3, 4].map((station) => ({ station, stand: station === 4 ? 'after' : 'before' })),
    sessions: [
      { name: '早场', from: at(-3), to: at(-1), shift: null },
      { name: '夜班场', from: at(8), to: at(10), shift: '夜班' },
    ],
  });
  await put(site, lead, `/rounds/${round}/roster`, rosterCsv());
  await site.open(lead, round);
  const kiosks = new Map<number, WireKiosk>();
  for (const station of [1, 2, 4])
    kiosks.set(station, await site.kiosk(lead, { station, stand: station === 4 ? 'after' : 'before' }));
  const [first, second, after] = [1, 2, 4].map((station) => kiosks.get(station));
  if (!first || !second || !after) throw new Error('a kiosk is missing');
  const given = (n: number) => ({
    kind: 'id' as const,
    number: sitePerson(n).number,
    name: sitePerson(n).name,
  });

  let n = 0;
  const fill = (kiosk: WireKiosk, code: string, people: number, swabbed: number | null): void => {
    kiosk.openTube(code);
    for (let i = 0; i < people; i++) kiosk.swipe(given(n++));
    if (swabbed !== null) kiosk.sealTube(swabbed);
  };
  fill(first, '0000011', 10, 10);
  fill(second, '0000017', 9, 9);
  fill(second, '0000018', 10, 10);
  fill(first, '0000012', 4, null);
  after.swipe({ kind: 'document', number: 'PASSPORT/E00000001', name: 'S. Example' }, 'walk-in');
  if (n !== SWIPED) throw new Error(`${n} people have swiped`);
  for (const kiosk of kiosks.values()) {
    await kiosk.send();
    await kiosk.status();
  }
  await put(site, lead, `/rounds/${round}/lab-counts?complete=false`, 'tube,count\n0000011,10\n0000017,10\n');
  return {
    site,
    lead,
    round,
    kiosks,
    swipe: async (station, person) => {
      const kiosk = kiosks.get(station);
      if (!kiosk) throw new Error(`no kiosk at station ${station}`);
      kiosk.swipe(given(person));
      const reply = await kiosk.send();
      if (reply?.outcome !== 'stored') throw new Error(JSON.stringify(reply));
    },
    stop: async () => {
      await site.stop();
      site.remove();
    },
  };
}

/** A round of tomorrow with the same people, all of whom have still to come: what is looked up over all rounds is in two. */
export async function planNextRound({ site, lead }: BoardSite): Promise<void> {
  const at = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();
  const round = await site.round(lead, {
    name: '第5轮',
    stations: [{ station: 9, stand: 'before' }],
    sessions: [{ name: '早场', from: at(20), to: at(22), shift: null }],
  });
  await put(site, lead, `/rounds/${round}/roster`, rosterCsv());
}

async function put(site: EdgeSite, token: string, path: string, csv: string): Promise<void> {
  const reply = await site.ask('PUT', path, { token, body: csv, type: 'text/csv' });
  if (reply.status !== 200) throw new Error(`${path}: ${JSON.stringify(reply.json)}`);
}
