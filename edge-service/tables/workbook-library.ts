/**
 * SheetJS, which reads every format of workbook. The only importer of @e965/xlsx: it is asked for cells, merged ranges and
 * number formats, and whether it gave all of them is counted elsewhere.
 */
import type { ParsingOptions, WorkBook } from '@e965/xlsx';
import type { PackageParts } from './package-parts.ts';

/** Cells as they are stored, in rows; no formulas, no texts as formatted, nothing that stands around cells. */
const OPTIONS: ParsingOptions = {
  dense: true,
  cellFormula: false,
  cellHTML: false,
  cellText: false,
  cellNF: true,
  cellDates: false,
};

/** What the types of the package leave out. */
interface Untyped {
  parse_zip: (zip: object, options: ParsingOptions) => WorkBook;
  parse_xlscfb: (cfb: object, options: ParsingOptions) => WorkBook;
}

export interface WorkbookLibrary {
  /** Of a package that has been unpacked. Throws on what it cannot read. */
  readParts: (parts: PackageParts) => WorkBook;
  /** Of an OLE file. Throws on what it cannot read. */
  readOle: (file: OleFile) => Promise<WorkBook>;
  openOle: (bytes: Uint8Array) => OleFile;
  /** Of HTML or SpreadsheetML. Throws on what it cannot read. */
  readMarkup: (text: string) => WorkBook;
  isDate: (format: string) => boolean;
}

/** An OLE file that has been opened (MS-CFB). */
interface OleFile {
  container: object;
  /** Content of a stream by its name; null where there is none. */
  stream: (name: string) => Uint8Array | null;
}

/** Loaded with the first workbook, not before: most threads never read one. */
export async function workbookLibrary(): Promise<WorkbookLibrary> {
  const library = await import('@e965/xlsx');
  const { parse_zip, parse_xlscfb } = library as unknown as Untyped;
  return {
    readParts: (parts) => parse_zip(containerOf(parts), { ...OPTIONS }),
    openOle: (bytes) => {
      const container = library.CFB.read(Buffer.from(bytes), { type: 'buffer' });
      const stream = (name: string): Uint8Array | null => {
        const content = library.CFB.find(container, name)?.content;
        return content === undefined ? null : Uint8Array.from(content);
      };
      return { container, stream };
    },
    readOle: async ({ container }) => {
      // Excel 5 and 95 write in the code page of their Windows: GBK here.
      library.set_cptable(await import('@e965/xlsx/dist/cpexcel.full.mjs'));
      return parse_xlscfb(container, { ...OPTIONS });
    },
    readMarkup: (text) => library.read(text, { ...OPTIONS, type: 'string', raw: true }),
    isDate: (format) => library.SSF.is_date(format),
  };
}

/** Parts as the library holds those of a ZIP that it has unpacked itself. */
function containerOf(parts: PackageParts): object {
  const entries = [...parts].map(([name, content]) => ({
    name,
    type: 2,
    content: Buffer.from(content.buffer, content.byteOffset, content.length),
  }));
  return { FileIndex: entries, FullPaths: entries.map(({ name }) => name) };
}
