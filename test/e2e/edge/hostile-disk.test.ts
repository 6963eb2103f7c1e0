import { createHmac } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { roundIdSchema } from '#shared/ids.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { inventPeople, type InventedPerson } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { HostileSite } from '../../support/edge/hostile-site.ts';
import { startWatchedKiosk } from '../../support/kiosk/watched-kiosk.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

const PEOPLE = inventPeople({ seed: 20_210_124, count: 24 });
/** Typed by staff: no card, so name and phone stand where a number would. */
const TYPED = { name: '无证样本人', phone: '10098765432' };

let site: HostileSite;
/** Everything that lies where it may be stolen: path or origin, and its bytes. */
const loot: { from: string; bytes: Buffer }[] = [];

function filesIn(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    // the ballast is 16 MB of random bytes made before the first card
    if (entry.isFile() && entry.name !== 'ballast') loot.push({ from: file, bytes: readFileSync(file) });
  }
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the round did not go as it must: ${what}`);
}

/** A whole round: roster, cards and typed people at two kiosks, an undo, a void, lists, files, a backup, a kill. */
beforeAll(async () => {
  site = await HostileSite.start();
  const token = site.lead;
  const round = await site.openRound();
  const roster = PEOPLE.slice(2).map((p) => `${p.number},${p.name},一车间,焊接班,${p.phone}`);
  await site.ask('PUT', `/rounds/${round}/roster`, {
    token,
    body: ['number,name,workshop,team,phone', ...roster].join('\n'),
  });
  const disks: string[] = [];
  const logs: string[] = [];
  for (const station of [1, 2]) {
    const data = path.join(site.dir, `kiosk-${station}`);
    const reader = new SimulatedReader(systemClock);
    const served = await serveReader(reader, 0);
    const { secret } = await site.pair(station);
    const { port } = new URL(site.url);
    const pair = `muster:127.0.0.1:${port}/-/${secret}`;
    const kiosk = await startWatchedKiosk({ data, reader: served.path, pair });
    await kiosk.until('an open round', (s) => s.round?.state === 'open' && s.reader === 'ready');
    await kiosk.send({ command: 'tube-code', code: `000000${station}` });
    const mine = PEOPLE.filter((_, i) => i % 2 === station - 1).slice(0, 9);
    for (const [i, person] of mine.entries()) {
      await reader.placeCard(cardOf(person), { holdMs: 0, patienceMs: 20_000 });
      await kiosk.until(`swipe ${i + 1}`, (s) => s.stationCount === i + 1);
      await reader.seenEmpty();
    }
    await kiosk.send({ command: 'undo' });
    const byHand = { command: 'manual', documentType: null };
    await kiosk.send({ ...byHand, kind: 'none', number: '', ...TYPED });
    await kiosk.send({
      ...byHand,
      kind: 'id',
      number: PEOPLE[20 + station]!.number,
      name: null,
      phone: null,
    });
    await kiosk.send({ command: 'scan', text: PEOPLE[22]!.number });
    await kiosk.send({ command: 'tube-code', code: PEOPLE[23]!.number });
    await kiosk.until('all received', (s) => s.received === s.lastSequence);
    if (station === 1) {
      const image = path.join(site.dir, 'killed-image');
      await kiosk.kill();
      cpSync(data, image, { recursive: true });
      disks.push(image);
    } else {
      await kiosk.send({ command: 'change-tube' });
      await kiosk.send({ command: 'end-round' });
      await kiosk.stop();
    }
    logs.push(kiosk.process.said);
    await served.unplug();
  }
  await site.ask('PUT', `/rounds/${round}/lab-counts`, { token, body: 'tube,count\n0000001,10\n0000002,9' });
  for (const page of [
    'missing',
    'missing.csv',
    'missing.xlsx',
    'headcount.csv',
    'headcount.xlsx',
    'tubes',
    'ladder',
  ])
    demand((await site.ask('GET', `/rounds/${round}/${page}`, { token })).status === 200, page);
  const { json } = await site.ask('GET', `/rounds/${round}/tubes`, { token });
  const opened = encodeURIComponent(String(json.tubes[0].id));
  const people = await site.ask('GET', `/rounds/${round}/tubes/${opened}/people?reason=look`, { token });
  demand(people.text.includes(PEOPLE[0]!.number), 'the site lead sees the people');
  // what goes wrong must not be told with the person it went wrong about
  await site.ask('PUT', `/rounds/${round}/roster`, {
    token,
    body: `number,name\n${PEOPLE[0]!.number}9,${PEOPLE[0]!.name}`,
  });
  await site.ask('GET', `/rounds/${round}/missing?name=${encodeURIComponent(PEOPLE[0]!.name)}`, { token });
  await site.ask('POST', '/session', { json: { name: PEOPLE[0]!.number, password: PEOPLE[0]!.phone } });
  await site.ask('POST', `/rounds/${round}/excuses`, {
    token,
    json: { person: PEOPLE[0]!.number, reason: 'x' },
  });
  const data = path.join(site.dir, 'data');
  const backup = new WatchedProcess('edge-service/main.ts', ['backup', `--data=${data}`]);
  demand((await backup.ended()) === 0, backup.said);
  // running: the write-ahead log and its index are there too
  filesIn(data);
  for (const disk of disks) filesIn(disk);
  logs.push(site.process.said, backup.said);
  logs.forEach((log, i) => loot.push({ from: `log ${i}`, bytes: Buffer.from(log) }));
});
afterAll(() => site.stop());

/** A text in every form in which it might lie somewhere. */
function forms(text: string): [string, Buffer][] {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, 'utf16le');
  const all: [string, Buffer][] = [
    ['UTF-8', utf8],
    ['UTF-16LE', utf16],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['HEX', Buffer.from(utf8.toString('hex').toUpperCase())],
    [
      '\\u',
      Buffer.from(
        JSON.stringify(text)
          .replaceAll(/[^\u0020-\u007e]/gu, (c) => `\\u${c.charCodeAt(0).toString(16)}`)
          .slice(1, -1),
      ),
    ],
    ['%', Buffer.from(encodeURIComponent(text))],
    ['reversed', Buffer.from(text.split('').toReversed().join(''))],
  ];
  // base64 at each of its three alignments, without the characters that depend on the neighbours
  for (const shift of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(shift), utf8])
      .toString('base64')
      .replace(/=+$/, '');
    all.push([`base64+${shift}`, Buffer.from(padded.slice(shift === 0 ? 0 : shift + 1, -2))]);
  }
  return all;
}

/** Names of one or two characters stand by chance in any megabyte of ciphertext; three characters are nine bytes. */
const SEARCHED_BYTES_MIN = 8;

const told = (p: InventedPerson): string[] => [
  p.number,
  p.number.toLowerCase(),
  p.number.slice(6, 17),
  p.phone,
  p.name,
];

describe('personal data', () => {
  it('HO1 no number, name or phone lies on any disk, in a backup or in a log, in any encoding', () => {
    expect(loot.length).toBeGreaterThan(12);
    expect(loot.some(({ from }) => from.includes('backups'))).toBe(true);
    expect(loot.some(({ from, bytes }) => from.endsWith('-wal') && bytes.length > 0)).toBe(true);
    const found: string[] = [];
    const texts = [...new Set([...PEOPLE.flatMap(told), TYPED.name, TYPED.phone])];
    for (const text of texts)
      for (const [form, bytes] of forms(text)) {
        if (bytes.length < SEARCHED_BYTES_MIN) continue;
        for (const place of loot)
          if (place.bytes.includes(bytes)) found.push(`${text} (${form}) in ${place.from}`);
      }
    expect(found).toEqual([]);
  });

  it('HO1 the search finds what lies there', () => {
    const text = PEOPLE[0]!.number;
    const missed = [0, 1, 2].filter((shift) => {
      const encoded = Buffer.from(`${'x'.repeat(shift)}${text}z`).toString('base64');
      return !forms(text).some(
        ([form, bytes]) => form.startsWith('base64') && encoded.includes(bytes.toString()),
      );
    });
    expect(missed).toEqual([]);
    for (const [form, bytes] of forms(PEOPLE[0]!.name)) expect(bytes.length, form).toBeGreaterThan(3);
  });

  it('HO1 no secret found on a kiosk’s disk verifies a known number', () => {
    const kiosks = loot.filter(({ from }) => /kiosk-\d|killed-image/.test(from));
    expect(kiosks.some(({ from }) => from.includes('killed-image') && from.includes('kiosk.db'))).toBe(true);
    // what an attacker compares with: every key the edge knows of these people, wherever a kiosk may have kept one
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
    const keys = db.prepare<[], string>('SELECT DISTINCT key FROM swipe WHERE key IS NOT NULL').pluck().all();
    const round = roundIdSchema.parse(db.prepare('SELECT round FROM round').pluck().get());
    db.close();
    expect(keys.length).toBeGreaterThan(15);
    const known = { kind: 'id' as const, canonical: PEOPLE[0]!.number };
    const roundKey = new KeyStore(path.join(site.dir, 'keys')).round(round)?.key;
    expect(keys, 'the attack works for whoever has the round key').toContain(credentialKey(roundKey!, known));
    const wanted = new Set(keys.map((key) => key.toLowerCase()));
    const message = Buffer.concat([Buffer.from('id\0'), Buffer.from(known.canonical)]);
    const verified: string[] = [];
    const tried = new Set<string>();
    const attempt = (secret: Buffer, where: string): void => {
      const name = secret.toString('latin1');
      if (tried.has(name)) return;
      tried.add(name);
      const key = bytesToHex(createHmac('sha256', secret).update(message).digest().subarray(0, 16));
      if (wanted.has(key)) verified.push(where);
    };
    for (const { from, bytes } of kiosks) {
      const text = bytes.toString('latin1');
      for (const [hex] of text.matchAll(/[0-9a-fA-F]{32,}/g))
        for (let at = 0; at + 64 <= hex.length; at++)
          attempt(Buffer.from(hex.slice(at, at + 64), 'hex'), `${from} hex`);
      for (const [base64] of text.matchAll(/[A-Za-z0-9+/_-]{43,}={0,2}/g))
        for (let at = 0; at + 43 <= Math.min(base64.length, 400); at++)
          attempt(Buffer.from(base64.slice(at, at + 43), 'base64'), `${from} base64`);
      for (let at = 0; at + 32 <= bytes.length; at++) {
        const secret = bytes.subarray(at, at + 32);
        if (secret[0] !== secret[1] || secret[1] !== secret[2]) attempt(secret, `${from} at ${at}`);
      }
    }
    expect(tried.size).toBeGreaterThan(10_000);
    expect(verified).toEqual([]);
    for (const { from, bytes } of kiosks)
      if (bytes.includes(Buffer.from(roundKey!)) || bytes.includes(bytesToHex(roundKey!)))
        verified.push(from);
    expect(verified, 'the round key itself').toEqual([]);
  });

  it('HO1 directories are the owner’s alone', () => {
    for (const directory of ['data', 'keys', 'kiosk-1'])
      expect(statSync(path.join(site.dir, directory)).mode & 0o077, directory).toBe(0);
  });
});
