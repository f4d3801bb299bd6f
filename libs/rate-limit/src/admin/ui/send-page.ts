import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageAnswer, PageRequest } from './admin-page';

/** A request of Express, or of Fastify, which keeps Node's own in `raw`. */
export type AnyRequest = IncomingMessage & { readonly originalUrl?: string; readonly raw?: IncomingMessage };
/** A response of Express, or a reply of Fastify. */
export type AnyResponse = ServerResponse & { readonly raw?: ServerResponse; hijack?(): unknown };

export function pageRequestOf(request: AnyRequest): PageRequest {
  const { headers, url = '/' } = request.raw ?? request;
  return {
    url: request.originalUrl ?? url,
    acceptEncoding: asText(headers['accept-encoding']),
    ifNoneMatch: headers['if-none-match'],
  };
}

/**
 * Sends an answer past the framework, so that neither serialisers nor global interceptors wrap it. What hooks of the
 * application have set before stays, unless the page sets the same header.
 */
export function sendPage(response: AnyResponse, { status, headers, body }: PageAnswer, withBody = true): void {
  response.hijack?.();
  const raw = response.raw ?? response;
  raw.statusCode = status;
  for (const [name, value] of Object.entries(headers)) raw.setHeader(name, value);
  raw.end(withBody ? body : undefined);
}

const asText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(',') : value;
