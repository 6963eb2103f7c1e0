/** Names of the parts of a package (ECMA-376 part 2, 6.2 and 6.5). */

/** A name as it is compared: some writers begin names with a slash or part them with a backslash. */
export const partKey = (name: string): string => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

/** The part that holds the relationships of a part; of the package itself when the name is empty. */
export function relationshipsPart(part: string): string {
  const at = part.lastIndexOf('/') + 1;
  return `${part.slice(0, at)}_rels/${part.slice(at)}.rels`;
}

/** A target relative to the part it is named by, or from the top of the package. */
export function resolvedPart(from: string, target: string): string {
  const plain = target.replaceAll('\\', '/');
  const steps = plain.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of plain.split('/'))
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  return steps.join('/');
}
