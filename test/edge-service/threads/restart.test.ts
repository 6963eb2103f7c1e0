import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EdgeSite } from '../../support/edge/edge-site.ts';

it('HT16 an edge started again without a name keeps the name of its site', async () => {
  const first = await EdgeSite.start({ site: '示例机电' });
  await first.edge.stop();
  const again = await EdgeSite.start({ dir: first.dir, site: '' });
  try {
    const health = await again.ask('GET', '/health');
    expect(health.json).toMatchObject({ site: '示例机电' });
  } finally {
    await again.edge.stop();
    rmSync(first.dir, { recursive: true, force: true });
  }
});
