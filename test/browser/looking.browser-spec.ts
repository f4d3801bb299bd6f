import { findingKeys } from './flows/finding';
import { guarding } from './flows/guarding';
import { looking } from './flows/looking';
import { presenting } from './flows/presenting';

// On Express, as those of acting.browser-spec.ts; all of them on Fastify: test/full/browser.full-spec.ts.
looking('express');
findingKeys('express');
guarding('express');
presenting('express');
