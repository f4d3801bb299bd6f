import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { queries } from './api/queries';
import { startLanguage } from './i18n';
import { startTrail } from './lib/trail';
import { startLive } from './live/connect';
import { App } from './shell/app';
import './styles/index.css';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no element with the id `app`.');

await startLanguage();
createRoot(root).render(
  <QueryClientProvider client={queries}>
    <App />
  </QueryClientProvider>,
);
startLive();
startTrail();
