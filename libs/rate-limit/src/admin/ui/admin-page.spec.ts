import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { AdminPage } from './admin-page';

const HTML = '<script type="module" src="./assets/index-abc.js"></script>';
let folder: string;
let page: AdminPage;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'admin-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), HTML);
  writeFileSync(join(folder, 'assets/index-abc.js'), 'run()');
  writeFileSync(join(folder, 'assets/index-abc.js.gz'), gzipSync('run()'));
  page = AdminPage.load(folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['/admin', './admin/assets/index-abc.js'],
  ['/api/v1/admin?x=/y', './admin/assets/index-abc.js'],
  ['/admin/', './assets/index-abc.js'],
  ['/a"b', './a%22b/assets/index-abc.js'],
])('at %s the page names its files %s', (url, src) => {
  expect(page.page({ url }).body.toString()).toBe(HTML.replace('./assets/index-abc.js', src));
});

test('the page is asked for again each time, and answered 304 when it is the same', () => {
  const first = page.page({ url: '/admin' });
  expect(first.headers['Cache-Control']).toBe('no-cache');
  const again = page.page({ url: '/admin', ifNoneMatch: `"other", W/${first.headers['ETag'] ?? ''}` });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

test('a file is kept for ever, and comes as small as the browser can take it', () => {
  const plain = page.file('index-abc.js', { url: '' });
  const small = page.file('index-abc.js', { url: '', acceptEncoding: 'br, gzip;q=0.5' });
  expect(plain.headers).toMatchObject({
    'Cache-Control': 'private, max-age=31536000, immutable',
    Vary: 'Accept-Encoding',
  });
  expect(plain.headers['Content-Encoding']).toBeUndefined();
  expect(small.headers['Content-Encoding']).toBe('gzip');
  expect(gunzipSync(small.body).toString()).toBe('run()');
  expect(small.headers['ETag']).not.toBe(plain.headers['ETag']);
  expect(
    page.file('index-abc.js', { url: '', acceptEncoding: 'gzip;q=0' }).headers['Content-Encoding'],
  ).toBeUndefined();
});

test.each(['../index.html', '..%2findex.html', 'index-abc.js.gz', '', 'toString'])('there is no file %p', (name) => {
  expect(page.file(name, { url: '' }).status).toBe(404);
});

test('every answer forbids inline code and frames', () => {
  for (const { headers } of [
    page.page({ url: '/' }),
    page.file('index-abc.js', { url: '' }),
    page.file('no', { url: '' }),
  ]) {
    expect(headers['Content-Security-Policy']).toMatch(
      /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    );
    expect(headers['Content-Security-Policy']).not.toContain('unsafe');
  }
});
