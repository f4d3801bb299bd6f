import { actingOnClients } from './flows/acting';
import { changingLimits } from './flows/changing';
import { guarding } from './flows/guarding';
import { looking } from './flows/looking';
import { outage } from './flows/outage';
import { presenting } from './flows/presenting';

// All of them on Fastify: test/full/browser.full-spec.ts.
looking('express');
actingOnClients('express');
changingLimits('express');
guarding('express');
presenting('express');
outage('express');
