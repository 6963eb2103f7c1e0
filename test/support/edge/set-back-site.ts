import { rmSync } from 'node:fs';
import path from 'node:path';
import type { RoundId } from '#shared/ids.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { backup, databaseIn, restore } from '../../../edge-service/upkeep/backup.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { EdgeSite } from './edge-site.ts';
import { inventedIdNumber } from './roster-samples.ts';
import type { WireKiosk } from './wire-kiosk.ts';

const HOUR_MS = 3_600_000;
const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `测${n}` });
const session = (hours: { from: number; to: number }) => ({
  name: '早场',
  from: new Date(Date.now() + hours.from * HOUR_MS).toISOString(),
  to: new Date(Date.now() + hours.to * HOUR_MS).toISOString(),
  shift: null,
});

/** An edge set back to before a round was made, and the kiosk that has delivered it again. */
export class SetBackSite {
  site: EdgeSite;
  readonly lead: string;
  readonly earlier: RoundId;
  readonly forgotten: RoundId;
  readonly kiosk: WireKiosk;

  private constructor(made: Pick<SetBackSite, 'site' | 'lead' | 'earlier' | 'forgotten' | 'kiosk'>) {
    this.site = made.site;
    this.lead = made.lead;
    this.earlier = made.earlier;
    this.forgotten = made.forgotten;
    this.kiosk = made.kiosk;
  }

  /** `boardDir`: the built board; null for none. */
  static async make(keyFile: 'kept' | 'lost', boardDir: string | null): Promise<SetBackSite> {
    let site = await EdgeSite.start({ boardDir });
    const lead = await site.lead();
    const earlier = await site.round(lead, { name: '第3轮', sessions: [session({ from: -9, to: -8 })] });
    await site.open(lead, earlier);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const data = path.join(site.dir, 'data');
    const saved = path.join(data, 'backups', 'early.sqlite');
    if (!backup(data, saved).ok) throw new Error('no backup');

    const forgotten = await site.round(lead, { name: '第4轮', sessions: [session({ from: -2, to: -1 })] });
    await site.open(lead, forgotten);
    await kiosk.until(() => kiosk.round?.info.round === forgotten, 'the round');
    kiosk.openTube('0000017');
    for (const n of [0, 1, 1]) kiosk.swipe(person(n));
    kiosk.append('unreadable', { attempts: 3 });
    kiosk.sealTube(2);
    kiosk.append('round-ended', {});
    await kiosk.send();
    kiosk.close();
    await site.stop();

    const keys = path.join(site.dir, 'keys');
    if (keyFile === 'lost') rmSync(path.join(keys, `round-${forgotten}.json`));
    if (!restore({ data, keys: new KeyStore(keys), from: saved, clock: systemClock }).ok)
      throw new Error('not restored');
    site = await EdgeSite.start({ dir: site.dir, port: site.edge.port, boardDir });
    await kiosk.connect();
    if ((await kiosk.send())?.outcome !== 'stored') throw new Error('not delivered again');
    return new SetBackSite({ site, lead, earlier, forgotten, kiosk });
  }

  async ask(method: string, at: string, json?: unknown) {
    const { status, json: body } = await this.site.ask(method, at, { token: this.lead, json });
    return { status, ...body };
  }

  /** What of the events the held tables do not say. */
  async differences(): Promise<unknown[]> {
    this.kiosk.close();
    await this.site.stop();
    const db = openStore(databaseIn(path.join(this.site.dir, 'data')), 'write');
    const report = rebuild(db, new KeyStore(path.join(this.site.dir, 'keys')), false);
    db.close();
    return report.differences;
  }
}
