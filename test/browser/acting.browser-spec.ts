import { actingOnClients } from './flows/acting';
import { changingLimits } from './flows/changing';
import { outage } from './flows/outage';
import { replayingTraffic } from './flows/replaying';
import { typing } from './flows/typing';

// On Express, as those of looking.browser-spec.ts; all of them on Fastify: test/full/browser.full-spec.ts.
actingOnClients('express');
changingLimits('express');
replayingTraffic('express');
typing('express');
outage('express');
