import { partKey, relationshipsPart, resolvedPart } from '../workbook/part-name.ts';
import type { PackageParts } from './package-parts.ts';
import { scanXml } from './xml-scan.ts';

/** One relationship of a part (ECMA-376-2, 6.5). */
export interface Relation {
  /** The last word of its type, which is the same in transitional and strict files: `worksheet`, `sharedStrings`. */
  kind: string;
  /** Name of the part it leads to, as `PackageParts` have it. */
  part: string;
}

/** Relationships of a part by their ids; `''` stands for the package itself. Throws when they are not well formed. */
export function relationsOf(parts: PackageParts, source: string): Map<string, Relation> {
  const found = new Map<string, Relation>();
  const bytes = parts.get(relationshipsPart(source));
  if (bytes === undefined) return found;
  scanXml(bytes, {
    open: (name, { Id, Type, Target, TargetMode }) => {
      if (name !== 'Relationship' || Id === undefined || Target === undefined) return;
      if (TargetMode === 'External') return;
      found.set(Id, { kind: (Type ?? '').replace(/^.*\//, ''), part: partKey(resolvedPart(source, Target)) });
    },
    close: () => {},
    text: () => {},
  });
  return found;
}
