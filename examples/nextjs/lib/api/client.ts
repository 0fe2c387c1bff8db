// HTTP client for the Worker's API, typed by its OpenAPI document. Only this server calls the API, never the browser.

import 'server-only';
import createClient from 'openapi-fetch';
import { fetchApi } from '@/lib/cloudflare';
import type { RequestError } from '@/lib/request-error';
import { optional, required } from '@/lib/settings';
import { fieldMessages } from './field-errors';
import type { components, paths } from './schema';

export type Task = components['schemas']['Task'];
export type Tokens = components['schemas']['AuthResponse'];

export type ApiResult<Data> = { data: Data; response: Response; error?: undefined } | { data?: undefined; error: RequestError };

/** Creates a client for one browser request, from its headers. With a token, calls are made as that token's user. */
export function apiClient(browserHeaders: Headers, token?: string) {
  return createClient<paths>({
    baseUrl: required('API_URL'),
    cache: 'no-store',
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...clientIpHeaders(browserHeaders) },
    fetch: fetchApi,
  });
}

/** Awaits a call and turns error responses and network failures into a `RequestError`. */
export async function toResult<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<ApiResult<Data>> {
  try {
    const { data, error, response } = await call;
    return response.ok ? { data: data as Data, response } : { error: toRequestError(response, error) };
  } catch (error) {
    // Log the name and code only: the whole error may hold the request, and with it a token.
    const { name, cause } = error as Error & { cause?: { code?: string } };
    console.error(`The Worker at ${required('API_URL')} cannot be reached: ${name} ${cause?.code ?? ''}`);
    return { error: { kind: 'unavailable' } };
  }
}

function toRequestError(response: Response, body: unknown): RequestError {
  const detail = (body as { detail?: unknown } | undefined)?.detail;
  switch (response.status) {
    case 401: return { kind: 'unauthorized' };
    case 404: return { kind: 'not-found' };
    case 409: return { kind: 'email-taken' };
    case 413: return { kind: 'invalid-fields', fields: { description: 'This text is too long.' } };
    case 422: return { kind: 'invalid-fields', fields: fieldMessages(detail) };
    case 429: return { kind: 'rate-limited', reason: String(detail), retryAfter: Number(response.headers.get('Retry-After') ?? 60) };
    default:
      console.error(`The Worker answered ${response.status}: ${String(detail)} (request ${response.headers.get('X-Request-Id')})`);
      return { kind: 'unavailable' };
  }
}

/**
 * Forwards the browser's address, read from the header that the platform sets. Of a list only the last entry is used: the
 * nearest proxy wrote it, while the caller may have sent the entries before it.
 */
function clientIpHeaders(browserHeaders: Headers): Record<string, string> {
  const name = optional('CLIENT_ADDRESS_HEADER');
  const secret = optional('CLIENT_ADDRESS_SECRET');
  const address = name && browserHeaders.get(name)?.split(',').at(-1)?.trim();
  return address && secret ? { 'X-Client-Address': address, 'X-Client-Address-Secret': secret } : {};
}
