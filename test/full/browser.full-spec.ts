import { actingOnClients } from '../browser/flows/acting';
import { changingLimits } from '../browser/flows/changing';
import { findingKeys } from '../browser/flows/finding';
import { guarding } from '../browser/flows/guarding';
import { looking } from '../browser/flows/looking';
import { outage } from '../browser/flows/outage';
import { presenting } from '../browser/flows/presenting';
import { replayingTraffic } from '../browser/flows/replaying';
import { typing } from '../browser/flows/typing';

looking('fastify');
findingKeys('fastify');
actingOnClients('fastify');
changingLimits('fastify');
replayingTraffic('fastify');
typing('fastify');
guarding('fastify');
presenting('fastify');
outage('fastify');
