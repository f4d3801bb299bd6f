import { actingOnClients } from '../browser/flows/acting';
import { changingLimits } from '../browser/flows/changing';
import { guarding } from '../browser/flows/guarding';
import { looking } from '../browser/flows/looking';
import { outage } from '../browser/flows/outage';
import { presenting } from '../browser/flows/presenting';

looking('fastify');
actingOnClients('fastify');
changingLimits('fastify');
guarding('fastify');
presenting('fastify');
outage('fastify');
