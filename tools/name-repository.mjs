// Writes into a package.json which repository it comes from, as the workflow that publishes knows it. npm compares that
// with the proof of provenance. Argument: the file.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [file] = process.argv.slice(2);
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY) {
  throw new Error('GITHUB_SERVER_URL and GITHUB_REPOSITORY are not set: this runs in the release workflow.');
}

const url = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
const manifest = JSON.parse(readFileSync(file, 'utf8'));
manifest.repository = { type: 'git', url: `git+${url}.git`, directory: dirname(file) };
manifest.homepage = `${url}#readme`;
manifest.bugs = { url: `${url}/issues` };
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
