import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** How GNOME Keyring begins the file of a keyring without a password, which it does not encrypt. */
const PLAIN = '[keyring]';

/** True when an item that names `marker` lies in a keyring file of this user that anybody can read. */
export function liesOpenInKeyring(
  environment: Readonly<Record<string, string | undefined>>,
  marker: string,
): boolean {
  const home = environment['XDG_DATA_HOME'] ?? path.join(environment['HOME'] ?? '', '.local/share');
  const folder = path.join(home, 'keyrings');
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => {
    if (!name.endsWith('.keyring')) return false;
    const text = readFileSync(path.join(folder, name), 'latin1');
    return text.startsWith(PLAIN) && text.includes(marker);
  });
}
