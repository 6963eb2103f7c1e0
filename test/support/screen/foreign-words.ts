import { LANGUAGE_CODES, LANGUAGES, type Language } from '#shared/language/languages.ts';
import type { ScreenPage } from './screen-page.ts';

/** What stands in both: names of keys, plugs and protocols, of what a device calls itself, and of languages. */
const NAMES = new RegExp(
  [
    ...LANGUAGE_CODES.map((code) => LANGUAGES[code].name),
    'USB-SERIAL|CH340|tty\\w+|/dev/\\S+|wedge:\\S+|[0-9A-F]{6,}',
    'Enter|USB|HID(?:-POS)?|COM\\d|ID|IT|GS1|GH-\\d+|muster|HTTP|WebSocket|WiFi',
  ].join('|'),
  'g',
);
/** Words of the other language: what a reader of this one should not have to read. */
const FOREIGN: Readonly<Record<Language, RegExp>> = { zh: /[A-Za-z]{2,}/g, en: /[\u3400-\u9fff]+/g };

/** All that is for the staff; the lines of a face are for whoever stands at the reader. */
const FOR_STAFF = '.header, .bands, .dialog, .key-bar, .alert, .fault, .tube-meter, .reader-install';

/** Words of the other language in what the screen says to the staff at present. */
export async function foreignWords(screen: ScreenPage, language: Language): Promise<string[]> {
  const texts = await screen.page.locator(FOR_STAFF).allInnerTexts();
  return texts.flatMap((text) => text.replaceAll(NAMES, ' ').match(FOREIGN[language]) ?? []);
}
