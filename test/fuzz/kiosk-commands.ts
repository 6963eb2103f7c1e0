import type { KioskCommand } from '#shared/contract/kiosk-screen.ts';

/** Where no edge listens. */
const NOWHERE = '127.0.0.1:9';
const SWIPE = '6f1c2d3e-4a5b-4c6d-8e7f-0123456789ab:3' as Extract<
  KioskCommand,
  { command: 'not-sampled' }
>['swipe'];

/** Every command a screen gives, as a person would. All people are invented. */
export const COMMANDS: readonly KioskCommand[] = [
  { command: 'pair', code: `muster:${NOWHERE}/-/12345678` },
  { command: 'pair-typed', address: NOWHERE, secret: '12345678' },
  { command: 'confirm-fingerprint', same: true },
  { command: 'opening-code', digits: '0123456789' },
  { command: 'change-tube' },
  { command: 'seal', swabbed: 9 },
  { command: 'seal', swabbed: null },
  { command: 'not-sampled', swipe: SWIPE },
  { command: 'not-sampled', swipe: null },
  { command: 'tube-code', code: 'T0000001' },
  { command: 'continue-tube', yes: true },
  { command: 'move-last', count: 3, to: 'open-tube' },
  { command: 'move-last', count: 1, to: 'no-tube' },
  { command: 'sampled-again', yes: false },
  { command: 'ask-undo' },
  { command: 'undo' },
  { command: 'restore' },
  manual('id', '11019919900307859X'),
  manual('staff', '815'),
  {
    command: 'manual',
    kind: 'document',
    number: 'E12345678',
    documentType: 'PASSPORT',
    name: '样本',
    phone: null,
  },
  { command: 'manual', kind: 'none', number: '', documentType: null, name: '样本', phone: '13800000000' },
  { command: 'take-unlisted', yes: true },
  { command: 'settle-unreadable', sampled: true },
  { command: 'dismiss' },
  { command: 'end-round' },
  {
    command: 'choose-reader',
    candidate: 'wedge:number-wedge:person',
    model: 'number-wedge',
    role: 'person',
    numberFormat: { digits: 'hex', bytes: 8, byteOrder: 'same' },
  },
  { command: 'forget-reader', reader: 'wedge:number-wedge:person' },
  { command: 'enrol', on: true },
  { command: 'enrol-person', kind: 'staff', number: '815' },
  { command: 'scan', text: '0004657241' },
  { command: 'tube-scan', text: ']C10104912345123459211234567' },
  { command: 'staff-scan', text: '00815' },
];

function manual(kind: 'id' | 'staff', number: string): KioskCommand {
  return { command: 'manual', kind, number, documentType: null, name: null, phone: null };
}
