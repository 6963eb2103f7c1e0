/** The dialogs the staff opens, by the keys that lead there from the idle face. */
export const DIALOGS: Readonly<Record<string, readonly string[]>> = {
  menu: ['NumpadEnter'],
  'manual-kind': ['Numpad0'],
  'manual-id': [
    'Numpad0',
    'Numpad1',
    ...Array.from('110199199003074518', (digit) => `Numpad${digit}`),
    'NumpadEnter',
  ],
  'manual-staff': ['Numpad0', 'Numpad2', 'Numpad7'],
  'manual-document-type': ['Numpad0', 'Numpad3'],
  'manual-document': ['Numpad0', 'Numpad3', 'Numpad2'],
  'manual-none': ['Numpad0', 'Numpad4'],
  'tube-code': ['NumpadEnter', 'Numpad1', 'KeyA', 'Numpad1'],
  'move-last': ['NumpadEnter', 'Numpad2'],
  'opening-code': ['NumpadEnter', 'Numpad4', 'Numpad1'],
  'pack-up': ['NumpadEnter', 'Numpad3'],
  pairing: ['NumpadEnter', 'Numpad5'],
  language: ['NumpadEnter', 'Numpad9'],
};
