export interface CaseCount {
  /** By an everyday `npm test`, and by CI. */
  everyday: number;
  ci: number;
  /** By `npm run test:fuzz`. */
  whole: number;
}

/** Of every border; those of CI take some 40 s in all, the whole are a million. */
export const CASE_COUNTS = {
  requests: { everyday: 1000, ci: 4000, whole: 100_000 },
  packets: { everyday: 150, ci: 500, whole: 12_000 },
  lines: { everyday: 100, ci: 400, whole: 8000 },
  batches: { everyday: 1000, ci: 3000, whole: 120_000 },
  'readers of batches': { everyday: 2000, ci: 8000, whole: 300_000 },
  operations: { everyday: 300, ci: 1200, whole: 50_000 },
  'HTTP lines': { everyday: 80, ci: 300, whole: 8000 },
  'settings files': { everyday: 500, ci: 3000, whole: 100_000 },
  'starts of a kiosk': { everyday: 6, ci: 10, whole: 150 },
  'key files': { everyday: 300, ci: 1500, whole: 40_000 },
  commands: { everyday: 400, ci: 1500, whole: 60_000 },
  'packets of a screen': { everyday: 100, ci: 300, whole: 10_000 },
  'lines of a page': { everyday: 60, ci: 200, whole: 8000 },
  'process messages': { everyday: 1000, ci: 5000, whole: 180_000 },
  'start options': { everyday: 300, ci: 1000, whole: 20_000 },
  'reader bytes': { everyday: 600, ci: 2500, whole: 80_000 },
  recordings: { everyday: 50, ci: 150, whole: 4000 },
} as const satisfies Readonly<Record<string, CaseCount>>;
export type BorderName = keyof typeof CASE_COUNTS;
