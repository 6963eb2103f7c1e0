import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { photoFiller, type SimulatedCard } from '../../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { HandClock } from '../../support/hand-clock.ts';

interface Exchange {
  id: string;
  textHex: string;
  steps: { dir: 'tx' | 'rx'; name: string; hex: string }[];
}

const { exchanges } = JSON.parse(readFileSync('test/vectors/sdt.json', 'utf8')) as { exchanges: Exchange[] };

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The card of an exchange, cut out of what a reader answered. */
function cardIn({ textHex, steps }: Exchange): SimulatedCard {
  const data = (name: string): Uint8Array | null => {
    const step = steps.find((each) => each.name.startsWith(name));
    return step === undefined ? null : bytesOf(step.hex).subarray(10, -1);
  };
  const address = data('one appended address');
  const withFingerprint = data('text+photo+fp');
  return {
    text: bytesOf(textHex),
    photo: withFingerprint?.subarray(6 + 256, 6 + 256 + 1024) ?? photoFiller(3),
    fingerprint: withFingerprint?.subarray(6 + 256 + 1024) ?? null,
    appendedAddresses: address === null ? [] : [address],
    managementNumber: data('28 bytes') ?? new Uint8Array(28),
  };
}

describe('the simulated reader', () => {
  it.each(exchanges)('SR18 answers the exchange $id byte for byte', (exchange) => {
    const simulated = new SimulatedReader(new HandClock(0));
    let answer = '';
    const attachment = simulated.attach({
      send: (bytes) => (answer += Buffer.from(bytes).toString('hex').toUpperCase()),
      baudRate: () => null,
    });
    let isCardDown = false;
    for (let at = 0; at < exchange.steps.length; at += 2) {
      const [asked, answered] = exchange.steps.slice(at, at + 2);
      if (asked?.dir !== 'tx' || answered?.dir !== 'rx') throw new Error('not a question and its answer');
      if (answered.name === 'card found' && !isCardDown) {
        simulated.layDown(cardIn(exchange));
        isCardDown = true;
      }
      if (answered.name === 'select failed first') {
        simulated.spoilNext('select-card', { with: 'status', sw3: 0x81 });
      }
      if (answered.name === 'card gone') simulated.lift();
      answer = '';
      attachment.receive(bytesOf(asked.hex));
      expect(answer, answered.name).toBe(answered.hex);
    }
    expect(isCardDown).toBe(true);
  });
});
