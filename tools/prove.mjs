/**
 * Searches for a schedule in which leases admit more than their policies do, over as many decisions as it is told:
 * `npm run prove -- 1000000 7` (decisions, seed). A schedule that is found is printed, as short as it can be made.
 */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const [decisions = '1000000', seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
if (!/^\d+$/.test(decisions) || !/^\d+$/.test(seed)) {
  console.error('Pass the number of decisions, and a seed: npm run prove -- 1000000 7');
  process.exit(1);
}
console.log(`${decisions} decisions, seed ${seed}`);
const jest = ['jest', '--selectProjects', 'property', '--testPathPatterns', 'property/leases/search', '--verbose'];
const child = spawn('npx', jest, {
  cwd: dirname(dirname(fileURLToPath(import.meta.url))),
  stdio: 'inherit',
  env: { ...process.env, LEASE_DECISIONS: decisions, LEASE_SEED: seed },
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
