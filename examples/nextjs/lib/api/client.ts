// The Worker's API, typed by its own OpenAPI document. Only this server calls it, never the browser.

import 'server-only';
import createClient from 'openapi-fetch';
import type { Problem } from '@/lib/request-error';
import { optional, required } from '@/lib/settings';
import { fieldsInWords } from './field-errors';
import type { components, paths } from './schema';

export type Task = components['schemas']['Task'];
export type Tokens = components['schemas']['AuthResponse'];

export type Answer<Data> = { data: Data; response: Response; problem?: undefined } | { data?: undefined; problem: Problem };

/** A client for one request of a browser, whose headers are given; with a token it calls for that token's user. */
export function api(incoming: Headers, token?: string) {
  return createClient<paths>({
    baseUrl: required('API_URL'),
    cache: 'no-store',
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...clientAddress(incoming) },
    fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(10_000) }),
  });
}

/** Awaits a call: what it gave, or what went wrong. */
export async function answer<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Answer<Data>> {
  try {
    const { data, error, response } = await call;
    return response.ok ? { data: data as Data, response } : { problem: problemOf(response, error) };
  } catch (error) {
    // The whole error may hold what was sent, and with it a token.
    const { name, cause } = error as Error & { cause?: { code?: string } };
    console.error(`The Worker at ${required('API_URL')} cannot be reached: ${name} ${cause?.code ?? ''}`);
    return { problem: { kind: 'away' } };
  }
}

function problemOf(response: Response, body: unknown): Problem {
  const detail = (body as { detail?: unknown } | undefined)?.detail;
  switch (response.status) {
    case 401: return { kind: 'unauthorized' };
    case 404: return { kind: 'not-found' };
    case 409: return { kind: 'taken' };
    case 413: return { kind: 'fields', fields: { description: 'This text is too long.' } };
    case 422: return { kind: 'fields', fields: fieldsInWords(detail) };
    case 429: return { kind: 'limited', what: String(detail), seconds: Number(response.headers.get('Retry-After') ?? 60) };
    default:
      console.error(`The Worker answered ${response.status}: ${String(detail)} (request ${response.headers.get('X-Request-Id')})`);
      return { kind: 'away' };
  }
}

/**
 * Hands on the browser's address, if the platform's header that holds it is named. A list's last entry is taken: it is the
 * one that the platform itself wrote, while those before it come from whoever called.
 */
function clientAddress(incoming: Headers): Record<string, string> {
  const name = optional('CLIENT_ADDRESS_HEADER');
  const secret = optional('CLIENT_ADDRESS_SECRET');
  const address = name && incoming.get(name)?.split(',').at(-1)?.trim();
  return address && secret ? { 'X-Client-Address': address, 'X-Client-Address-Secret': secret } : {};
}
