import type { ServiceCodec } from './service-codec.ts';
import { decardService } from './service-decard.ts';
import { huashiService } from './service-huashi.ts';
import { shensiService } from './service-shensi.ts';

export type ServiceDialect = 'huashi' | 'shensi' | 'decard';

export const SERVICE_DIALECTS: Readonly<Record<ServiceDialect, ServiceCodec>> = {
  huashi: huashiService,
  shensi: shensiService,
  decard: decardService,
};
