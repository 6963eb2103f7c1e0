import path from 'node:path';

import { expect, it } from 'vitest';

import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';

import { describeNeeding } from '../support/machine/requirements.ts';
import { UDEV_FILE } from '../tools/readers-guide.ts';
import { runInMachine } from './virtual-machine.ts';

const GUEST_SECONDS_MAX = 150;
/** Nobody in particular: not root, and of the group plugdev. */
const SOMEBODY = '1000';

describeNeeding(['hidraw'], 'the udev file under the system’s own udev', () => {
  it(
    'RM2 it gives a person the readers of the table, and no keyboard',
    async () => {
      const options = ['--rules', path.join(PROJECT_ROOT, UDEV_FILE), '--user', SOMEBODY];
      const { code, stdout, stderr } = await runInMachine(
        'test/hid/udev-main.ts',
        GUEST_SECONDS_MAX,
        options,
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = stdout.split('\n').filter((text) => text.startsWith('{'));
      const verdicts = lines.map(
        (text) => JSON.parse(text) as { device: string; opens: boolean; detail: string; user: number },
      );
      expect(verdicts.every(({ user }) => user === Number(SOMEBODY))).toBe(true);
      const opened = verdicts.filter(({ opens }) => opens).map(({ device }) => device);
      const ids = Object.values(READER_MODEL_TABLE).flatMap(({ carrier, match }) =>
        carrier === 'hid' && match.by === 'usb' ? match.ids : [],
      );
      const known = new Set(ids.map(({ vendorId, productId }) => `${vendorId}:${productId}`));
      expect(new Set(opened)).toEqual(known);
      expect(verdicts.filter(({ opens }) => !opens).map(({ device }) => device)).toEqual(['04D9:A0CD']);
      expect(verdicts.find(({ opens }) => !opens)?.detail).toContain('请安装 60-muster-readers.rules');
    },
    (GUEST_SECONDS_MAX + 60) * 1_000,
  );
});
