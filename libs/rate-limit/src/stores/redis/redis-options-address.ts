import { show } from '../../core/errors';
import { parseWholeNumber, type Problems } from '../../core/problems';
import type { RedisNatMap, RedisTls } from './redis-options';
import type { HostAndPort, TlsOptions } from './redis-options-checked';

const TLS_OPTIONS = ['ca', 'cert', 'key', 'servername', 'rejectUnauthorized'];

/** The addresses of a list. `undefined` where one of them is none, which is a problem. */
export function parseAddresses(
  path: string,
  list: unknown,
  defaultPort: number,
  problems: Problems,
): readonly HostAndPort[] | undefined {
  if (!Array.isArray(list) || list.length === 0) {
    const found = Array.isArray(list) ? 'an empty list' : shown(list);
    problems.add(path, `is ${found}.`, `Write a list such as ["10.0.0.1:${defaultPort}"].`);
    return undefined;
  }
  const parsed = list.map((item: unknown, i) => parseAddress(`${path}[${i}]`, item, defaultPort, problems));
  return parsed.every((address) => address !== undefined) ? parsed : undefined;
}

function parseAddress(path: string, value: unknown, defaultPort: number, problems: Problems): HostAndPort | undefined {
  const remedy = `Write "host:${defaultPort}", or { host: "…", port: ${defaultPort} }.`;
  const { host, port } = typeof value === 'string' ? splitAddress(value) : partsOf(value);
  if (!isHost(host)) {
    problems.add(path, `is ${shown(value)}.`, remedy);
    return undefined;
  }
  const number = parseWholeNumber(port ?? defaultPort, 1, 65_535);
  if (number === undefined) {
    problems.add(path, `has the port ${shown(port)}.`, remedy);
    return undefined;
  }
  return { host, port: number };
}

/** Splits at the last colon, unless there are several, as in an IPv6 address without brackets. */
function splitAddress(text: string): { host: string; port?: string | undefined } {
  const { host, bare, port } =
    /^(?:\[(?<host>[^\]]+)\]|(?<bare>[^:]*))(?::(?<port>[^:]*))?$/.exec(text.trim())?.groups ?? {};
  return { host: host ?? bare ?? text.trim(), port };
}

function partsOf(value: unknown): { host?: unknown; port?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Whether it can be a host: a name or an address, with no user and no scheme in front. */
export function isHost(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !/[\s/@#?]/.test(value);
}

/** An IPv6 address as sockets take it. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** A value for a message; text with an @ may hold a password. */
export function shown(value: unknown): string {
  return typeof value === 'string' && value.includes('@') ? 'text with an @' : show(value);
}

/** The TLS options as Node takes them; `undefined` for none. */
export function parseTls(path: string, value: RedisTls | undefined, problems: Problems): TlsOptions {
  if (value === undefined || value === false) return undefined;
  if (value === true) return {};
  if (typeof (value as unknown) !== 'object' || (value as unknown) === null) {
    problems.add(path, `is ${shown(value)}.`, 'Write true, or { ca, cert, key }.');
    return undefined;
  }
  problems.rejectUnknown(path, value, TLS_OPTIONS);
  if ((value.cert === undefined) !== (value.key === undefined)) {
    problems.add(path, 'has only one of cert and key.', 'A client certificate needs both.');
  }
  return { ...value };
}

/** Complains where a map of addresses has another shape. */
export function parseNatMap(path: string, map: RedisNatMap | undefined, problems: Problems): RedisNatMap | undefined {
  if (map === undefined) return undefined;
  const fits =
    typeof (map as unknown) === 'object' &&
    (map as unknown) !== null &&
    Object.values(map)
      .map(partsOf)
      .every(({ host, port }) => isHost(host) && parseWholeNumber(port, 1, 65_535) !== undefined);
  if (fits) return map;
  problems.add(path, 'is no map of addresses.', 'Write { "10.0.0.1:6379": { host: "localhost", port: 7001 } }.');
  return undefined;
}
