import { actingOnClients } from './flows/acting';
import { changingLimits } from './flows/changing';
import { findingKeys } from './flows/finding';
import { guarding } from './flows/guarding';
import { looking } from './flows/looking';
import { outage } from './flows/outage';
import { presenting } from './flows/presenting';
import { replayingTraffic } from './flows/replaying';

// All of them on Fastify: test/full/browser.full-spec.ts.
looking('express');
findingKeys('express');
actingOnClients('express');
changingLimits('express');
replayingTraffic('express');
guarding('express');
presenting('express');
outage('express');
