import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import type { Carrier } from '#drivers/models/reader-model.ts';
import { BULK_READER, READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';
import { SERIAL_BRIDGES } from '#drivers/models/serial-bridges.ts';
import { READER_MODELS } from '#shared/reader-setting.ts';
import type { Words } from '#shared/words.ts';

import { OUT_OF_REACH } from '../../tools/out-of-reach.ts';
import { GUIDE_FILE, guideTables, guideWith, UDEV_FILE, udevRules } from '../../tools/readers-guide.ts';
import { zhOf } from '../../support/said.ts';
import { sentence } from '#shared/language/sentence.ts';

const fileText = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

/**
 * May only be made smaller: a model gets a recording of a real device and this number falls. Simulators do not count: what they
 * say is what their author read. No reader was available so far, so it is every model there is.
 */
const MODELS_WITHOUT_REAL_RECORDING_MAX = 15;

const MODELS = READER_MODELS.map((id) => ({ id, ...READER_MODEL_TABLE[id] }));

function expectBothLanguages(words: Words): void {
  expect(words.zh).toMatch(/\p{Script=Han}/u);
  expect(words.en).toMatch(/[a-z]{3}/);
}

describe('the table of models', () => {
  it('RM1 every model has a row with a carrier, a match and words for Windows and Linux', () => {
    expect(Object.keys(READER_MODEL_TABLE).toSorted()).toEqual([...READER_MODELS].toSorted());
    for (const { name, guide, quirks, install } of MODELS) {
      for (const said of [name, guide.windows, guide.linux, ...quirks]) expectBothLanguages(sentence(said));
      if (install !== null) expectBothLanguages(sentence(install));
    }
  });

  it('RM1 every carrier there is has a model, and what cannot be reached says why and what instead', () => {
    const carriers: Carrier[] = ['serial', 'hid', 'usb-bulk', 'service', 'keys'];
    expect([...new Set(MODELS.map(({ carrier }) => carrier))].toSorted()).toEqual(carriers.toSorted());
    const wrappers = MODELS.filter(({ gives }) => gives === 'reading').map(({ wrapper }) => wrapper);
    expect(wrappers).toEqual(
      expect.arrayContaining(['none', 'raw64', 'miaxis', 'dk', 'huashi', 'shensi', 'decard']),
    );
    for (const { what, why, instead } of OUT_OF_REACH)
      for (const words of [what, why, instead]) expectBothLanguages(words);
  });

  it('RM1 USB identities are four upper-case hex digits, and what nobody confirmed is marked', () => {
    const ids = MODELS.flatMap(({ match }) => (match.by === 'usb' ? match.ids : []));
    for (const { vendorId, productId } of [...ids, ...SERIAL_BRIDGES])
      expect(`${vendorId}:${productId}`).toMatch(/^[0-9A-F]{4}:[0-9A-F]{4}$/);
    const sure = ids.filter(({ confidence }) => confidence !== 'low');
    const names = sure.map(({ vendorId, productId }) => `${vendorId}:${productId}`);
    expect(names.toSorted()).toEqual(['0400:C35A', '0425:8159', '0483:572B', '10C4:0007', '203B:0101']);
    for (const unsure of ['2B19:0200', '0316:5020', '0483:5750', 'C216:0102'])
      expect(names).not.toContain(unsure);
  });

  it('RM7 0400:C35A says in Chinese that it needs its maker’s service, and names the services', () => {
    const { install, match } = READER_MODEL_TABLE['sdt-usb-bulk'];
    expect(match).toMatchObject({ by: 'usb', ids: [BULK_READER] });
    for (const word of ['这台读卡器需要厂家服务', '华视', '19196', '神思', '9000', '德卡', '47903'])
      expect(zhOf(install!)).toContain(word);
  });

  it('RM3 the number of models without a recording of a real device only falls', () => {
    const without = MODELS.filter(({ recording }) => recording?.of !== 'device');
    expect(without.length).toBe(MODELS_WITHOUT_REAL_RECORDING_MAX);
    for (const { recording } of MODELS)
      if (recording !== null)
        expect(existsSync(path.join(PROJECT_ROOT, 'test/recordings', recording.file))).toBe(true);
  });

  it('RM3 the guide says of every recording whether it is of a real device, and how many are', () => {
    const guide = fileText(GUIDE_FILE);
    const real = MODELS.length - MODELS_WITHOUT_REAL_RECORDING_MAX;
    expect(guide).toContain(`Recordings of real devices: ${real} / ${MODELS.length}`);
    for (const { id, recording } of MODELS) {
      const row = guide.split('\n').find((line) => line.includes(`\`${id}\``) && line.startsWith('|'));
      const words = { device: '真机 real device', simulation: '模拟 simulated' };
      expect(row).toContain(recording === null ? '| — |' : `${recording.file}<br>${words[recording.of]} |`);
    }
  });
});

describe('what is generated from the table', () => {
  it('RM2 the udev file is the table’s', () => {
    expect(fileText(UDEV_FILE)).toBe(udevRules());
  });

  it('RM2 the guide’s tables are the table’s, with a line for every model and every reader out of reach', () => {
    const guide = fileText(GUIDE_FILE);
    expect(guide).toBe(guideWith(guide, guideTables()));
    for (const id of READER_MODELS) expect(guide.split(`\`${id}\``).length).toBe(3);
    for (const { what } of OUT_OF_REACH) expect(guide).toContain(what.zh);
    expect(() => guideWith('no border lines', '')).toThrow('lacks');
  });

  it('RM2 the udev file comes before 73-, writes hex as the kernel does and opens no keyboard', () => {
    expect(path.basename(UDEV_FILE) < '73-').toBe(true);
    expect(globSync('packaging/*.rules', { cwd: PROJECT_ROOT })).toEqual([path.normalize(UDEV_FILE)]);
    const rules = udevRules()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules.length).toBeGreaterThan(15);
    for (const rule of rules) {
      const byParent = /ATTRS\{idVendor\}=="[0-9a-f]{4}", ATTRS\{idProduct\}=="[0-9a-f]{4}"/;
      expect(byParent.test(rule) || /KERNELS=="0003:[0-9A-F]{4}:[0-9A-F]{4}\.\*"/.test(rule), rule).toBe(
        true,
      );
      expect(rule).toMatch(/^SUBSYSTEM=="(hidraw|tty)", .*TAG\+="uaccess"$/);
    }
    expect(rules.join('\n')).toContain('ATTRS{idVendor}=="0425", ATTRS{idProduct}=="8159"');
  });

  it('RM2 the packages carry the udev file', () => {
    const builder = fileText('electron-builder.yml');
    expect(builder).toContain(`${UDEV_FILE}=/usr/lib/udev/rules.d/`);
    expect(builder).toContain('libusb-1.0-0');
  });
});
