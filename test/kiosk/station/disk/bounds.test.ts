import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KNOWN_ADDRESSES_MAX, openSettings, READERS_MAX } from '../../../../kiosk/station/disk/settings.ts';
import { temporaryDirectory, TestKiosk, testPairing } from '../../../support/kiosk/kiosk-fixture.ts';
import { READERS } from '../../../support/readers/hand-rig.ts';

const addresses = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ host: '10.0.0.1', port: 1 + n }));
const readers = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ ...READERS.card, at: `/dev/ttyUSB${n}` }));

describe('bounds of settings', () => {
  let place: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    place = temporaryDirectory();
  });
  afterEach(() => place.remove());

  it.each([
    [
      'addresses',
      KNOWN_ADDRESSES_MAX,
      (n: number) => ({ pairing: { ...testPairing(1), addresses: addresses(n) }, readers: [] }),
    ],
    ['readers', READERS_MAX, (n: number) => ({ pairing: null, readers: readers(n) })],
  ])(
    'BN1 a file with %s up to the bound is read, and one with more is refused by the field',
    (_, max, fields) => {
      const opened = [max - 1, max, max + 1].map((n) => {
        const settings = { version: 1, install: null, ...fields(n) };
        writeFileSync(path.join(place.directory, 'settings.json'), JSON.stringify(settings));
        try {
          return openSettings(place.directory).get().version;
        } catch (error) {
          return /"(pairing\.addresses|readers)"/.test((error as Error).message) ? 'refused' : error;
        }
      });
      expect(opened).toEqual([1, 1, 'refused']);
    },
  );

  it('BN1 an address that is typed comes first, and beyond the bound the last one is forgotten', async () => {
    const held: number[] = [];
    for (const already of [KNOWN_ADDRESSES_MAX - 2, KNOWN_ADDRESSES_MAX - 1, KNOWN_ADDRESSES_MAX]) {
      const own = temporaryDirectory();
      openSettings(own.directory).change({ pairing: { ...testPairing(1), addresses: addresses(already) } });
      const k = await TestKiosk.start({ directory: own.directory });
      expect(await k.do({ command: 'pair-typed', address: '10.0.0.5:9000', secret: '' })).toEqual({
        ok: true,
      });
      const kept = openSettings(own.directory).get().pairing?.addresses ?? [];
      expect(kept).toContainEqual({ host: '10.0.0.5', port: 9000 });
      held.push(kept.length);
      await k.stop();
      own.remove();
    }
    expect(held).toEqual([KNOWN_ADDRESSES_MAX - 1, KNOWN_ADDRESSES_MAX, KNOWN_ADDRESSES_MAX]);
  });
});
