import { useState, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { InputNumber, Select } from 'antd';
import { pairingSchema, type HttpRound } from '#shared/contract/http.ts';
import { useBoard, useNow } from '../parts/board-context.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { PairedKiosks } from './paired-kiosks.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { clockText } from '#shared/site-time.ts';
import { useSay } from '../parts/language.tsx';

const FINGERPRINT_DIGITS_SHOWN = 20;
/** `1a2b 3c4d …`: what two people can read to each other. */
const spaced = (text: string): string => text.replace(/(.{4})(?=.)/g, '$1 ');

/** 配对: a code for one kiosk, once, ten minutes: scanned, pasted, or typed with the fingerprint compared by eye. */
export function PairingPage({ round }: { round: HttpRound | null }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const now = useNow();
  const [station, setStation] = useState<number>(round?.stations[0]?.station ?? 1);
  const make = useMutation({
    mutationFn: () => client.send('POST', '/api/v1/pairings', { json: { station } }, pairingSchema),
  });
  const pairing = make.data;
  const expired = pairing !== undefined && Date.parse(pairing.expiresAt) <= now;
  return (
    <>
      <Heading word="term.pairing" />
      <section className="card">
        <p>{say('machine.for-which-station')}</p>
        <div className="heading-actions">
          {round === null ? (
            <InputNumber
              min={1}
              max={999}
              value={station}
              onChange={(n) => setStation(n ?? 1)}
              aria-label={say('machine.station-number')}
            />
          ) : (
            <Select
              value={station}
              onChange={setStation}
              style={{ width: 140 }}
              aria-label={say('term.station')}
              options={round.stations.map((s) => ({
                value: s.station,
                label: say('station.numbered', { n: s.station }),
              }))}
            />
          )}
          <SaidButton
            type="primary"
            word="action.make-pairing"
            loading={make.isPending}
            onClick={() => make.mutate()}
          />
        </div>
        <Trouble error={make.error} />
      </section>
      {pairing !== undefined && (
        <section className={`card pairing ${expired ? 'pairing-expired' : ''}`}>
          <img
            alt={say('machine.pairing-picture')}
            src={`data:image/svg+xml,${encodeURIComponent(pairing.qr)}`}
          />
          <dl>
            <dt>
              <Said word="term.station" />
            </dt>
            <dd>{say('station.numbered', { n: pairing.station })}</dd>
            <dt>
              <Said word="term.address" />
            </dt>
            <dd>{pairing.address}</dd>
            <dt>
              <Said word="term.pairing-code" />
            </dt>
            <dd className="code">{pairing.secret}</dd>
            {pairing.fingerprint !== null && (
              <>
                <dt>
                  <Said word="term.fingerprint" />
                </dt>
                <dd className="code">{spaced(pairing.fingerprint.slice(0, FINGERPRINT_DIGITS_SHOWN))}</dd>
              </>
            )}
            <dt>
              <Said word="term.valid-until" />
            </dt>
            <dd className={expired ? 'warn' : ''}>
              {expired ? say('machine.code-expired') : clockText(Date.parse(pairing.expiresAt))}
            </dd>
            <dt>
              <Said word="term.whole-code" />
            </dt>
            <dd>
              <CopyButton text={pairing.code} word="action.copy" label={say('term.pairing-code')} />
            </dd>
          </dl>
        </section>
      )}
      <PairedKiosks />
    </>
  );
}
