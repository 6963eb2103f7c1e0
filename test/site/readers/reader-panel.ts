import { createServer } from 'node:http';
import { cardOf, type SimulatedCard } from './simulated-reader-card.ts';
import type { SimulatedReader } from './simulated-reader.ts';
import type { SitePerson } from '../site-plan.ts';

/** As long as a hand keeps a card on the plate. */
const HOLD_MS = 1500;
const PATIENCE_MS = 4000;
/** reader-protocols.md 1.4 */
const CARD_REJECTS_SAM = 0x31;

/**
 * A page with cards to lay on the simulated reader of the kiosk one plays with. Loopback only; it knows invented people
 * and can do nothing but move their cards.
 */
export async function servePanel(options: {
  reader: SimulatedReader;
  people: readonly { person: SitePerson; hint: string }[];
  kioskAddress: string;
  port: number;
}): Promise<{ address: string; stop(): Promise<void> }> {
  const { reader, people } = options;
  let busy = false;
  const lay = async (card: SimulatedCard, unreadable: boolean): Promise<string> => {
    if (busy) return '读卡器上已有卡 · a card lies there';
    busy = true;
    try {
      reader.refuseAlways('read-card', unreadable ? CARD_REJECTS_SAM : null);
      const patienceMs = unreadable ? HOLD_MS : PATIENCE_MS;
      const read = await reader.placeCard(card, { holdMs: HOLD_MS, patienceMs });
      return read === 'read' ? '已读出 · read' : '未读出 · not read';
    } finally {
      busy = false;
    }
  };
  const server = createServer((request, response) => {
    const { host, origin } = request.headers;
    const own = host?.startsWith('127.0.0.1:') && (origin === undefined || origin === `http://${host}`);
    const [, index, spoiled] = /^\/card\/(\d+)(\/unreadable)?$/.exec(request.url ?? '') ?? [];
    const chosen = index === undefined ? undefined : people[Number(index)];
    if (own && request.method === 'POST' && chosen) {
      void lay(cardOf(chosen.person), spoiled !== undefined).then((words) => response.end(words));
      return;
    }
    response.statusCode = own && request.url === '/' ? 200 : 404;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(response.statusCode === 200 ? page(people, options.kioskAddress) : '');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : options.port;
  return {
    address: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function page(people: readonly { person: SitePerson; hint: string }[], kiosk: string): string {
  const rows = people
    .map(
      ({ person, hint }, i) =>
        `<li><b>${escaped(person.name)}</b><small>${escaped(hint)}</small>` +
        `<button data-card="${i}">放卡 Lay card</button>` +
        `<button data-card="${i}/unreadable" class="quiet">读不出 Unreadable</button></li>`,
    )
    .join('');
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><link rel="icon" href="data:,"><title>模拟读卡器</title>
<style>body{font:18px/1.5 "WenQuanYi Micro Hei","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:46rem;color:#14202b}
h1{font-size:1.4rem}ul{padding:0;list-style:none}li{display:flex;gap:1rem;align-items:center;padding:.5rem;border-bottom:1px solid #d5dde4}
small{flex:1;color:#4a5a68}button{font:inherit;padding:.4rem .9rem;border:1px solid #0b5cad;border-radius:6px;background:#0b5cad;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#0b5cad}#said{min-height:1.6em;font-weight:bold}</style>
<h1>模拟读卡器 · Simulated reader</h1><p>点"放卡",看<a href="${escaped(kiosk)}" target="_blank" rel="noopener">打卡机页面</a>。人员均为虚构。
Lay a card and watch the kiosk page; all people are invented.</p><p id="said"></p><ul>${rows}</ul>
<script>for(const b of document.querySelectorAll('button'))b.onclick=async()=>{said.textContent='…';said.textContent=await(await fetch('/card/'+b.dataset.card,{method:'POST'})).text()}</script></html>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c);
