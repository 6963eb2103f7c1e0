import type { ReactNode } from 'react';
import type { SymbolName } from './line.ts';

/** Line drawings on a 48 × 48 grid in the colour of the text, so that no font has to hold them. */
const PATHS: Readonly<Record<SymbolName, ReactNode>> = {
  card: (
    <>
      <rect x="4" y="11" width="40" height="26" rx="3" />
      <circle cx="15" cy="21" r="4" />
      <path d="M9 31c1-5 11-5 12 0M27 20h12M27 26h12M27 32h8" />
    </>
  ),
  wait: (
    <>
      <circle cx="24" cy="24" r="18" />
      <path d="M24 13v11l8 5" />
    </>
  ),
  check: <path d="M7 26l11 11L41 12" strokeWidth="7" />,
  repeat: (
    <>
      <path d="M9 20a16 16 0 0 1 28-5l4 4M39 28a16 16 0 0 1-28 5l-4-4" />
      <path d="M41 9v10H31M7 39V29h10" />
    </>
  ),
  retry: (
    <>
      <rect x="9" y="26" width="30" height="18" rx="2" />
      <path d="M24 3v16M16 12l8 8 8-8" />
    </>
  ),
  staff: (
    <>
      <circle cx="24" cy="13" r="8" />
      <path d="M8 43c1-20 31-20 32 0M18 34h12" />
    </>
  ),
  tube: (
    <>
      <path d="M16 8h16M18 8v27a6 6 0 0 0 12 0V8" />
      <path d="M18 24h12" />
    </>
  ),
  cross: <path d="M11 11l26 26M37 11L11 37" strokeWidth="7" />,
  plug: <path d="M17 5v11M31 5v11M11 16h26v6a13 13 0 0 1-26 0zM24 35v9" />,
  ask: (
    <>
      <path d="M14 16c0-13 21-13 21 0 0 8-10 8-10 17" strokeWidth="6" />
      <path d="M25 42v1" strokeWidth="7" />
    </>
  ),
  link: (
    <path d="M20 28a9 9 0 0 1 0-12l6-6a9 9 0 0 1 13 13l-4 4M28 20a9 9 0 0 1 0 12l-6 6A9 9 0 0 1 9 25l4-4" />
  ),
  test: (
    <>
      <rect x="5" y="5" width="38" height="38" rx="6" strokeDasharray="6 5" />
      <path d="M15 25l6 6 12-14" />
    </>
  ),
  undo: <path d="M14 8L5 18l9 10M6 18h24a11 11 0 0 1 0 22H16" />,
};

export function SymbolView({ name }: { name: SymbolName }): ReactNode {
  return (
    <svg className="symbol" viewBox="0 0 48 48" aria-hidden="true" data-symbol={name}>
      {PATHS[name]}
    </svg>
  );
}
