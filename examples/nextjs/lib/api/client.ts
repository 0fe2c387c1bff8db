// HTTP client for the Worker's API, typed by its OpenAPI document. Only this server calls the API, never the browser.

import 'server-only';
import createClient from 'openapi-fetch';
import { clientIpHeaders } from '@/lib/client-ip';
import { fetchApi, isCloudflareWorker } from '@/lib/cloudflare';
import type { RequestError } from '@/lib/request-error';
import { required } from '@/lib/settings';
import { fieldMessages } from './field-errors';
import { refusalMessage } from './refusals';
import type { components, paths } from './schema';

export type Task = components['schemas']['Task'];
export type User = components['schemas']['User'];
/** Of a sign-up, a sign-in or a change of password: the tokens of a session, and of the device. */
export type NewSession = components['schemas']['AuthResponse'];
export type Tokens = components['schemas']['RefreshResponse'];

export type ApiResult<Data> = { data: Data; response: Response; error?: undefined } | { data?: undefined; error: RequestError };

/** Creates a client for one browser request, from its headers. With a token, calls are made as that token's user. */
export function apiClient(browserHeaders: Headers, token?: string) {
  return createClient<paths>({
    baseUrl: required('API_URL'),
    cache: 'no-store',
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...clientIpHeaders(browserHeaders), ...deviceHeaders(browserHeaders) },
    fetch: fetchApi,
  });
}

/** What users recognize their sessions by. Without them each session would be one of this server. */
function deviceHeaders(browserHeaders: Headers): Record<string, string> {
  const userAgent = browserHeaders.get('User-Agent');
  // Cloudflare sets the country on every request from the internet, and a service binding passes it on.
  const country = isCloudflareWorker && browserHeaders.get('CF-IPCountry');
  return { ...(userAgent && { 'User-Agent': userAgent }), ...(country && { 'CF-IPCountry': country }) };
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
  const message = refusalMessage(detail);
  if (message) return { kind: 'refused', reason: String(detail), message };
  if (detail === 'Current password is incorrect') return { kind: 'wrong-password' };
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
