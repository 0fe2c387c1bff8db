// The same Worker with Hono, protected in each of the ways that its ecosystem has for an issuer's public keys. GUARD is a constant of
// the build, so that each bundle holds only its own.

import { env } from 'cloudflare:workers';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { jwk } from 'hono/jwk';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { ISSUER, AUDIENCE, JWKS_URL } = env;
const algorithms = ['EdDSA', 'ES256', 'RS256'];
/** What the middleware checks beside the signature and the times. */
const verification = { iss: ISSUER, aud: AUDIENCE };

/** jose keeps the set and the imported keys in memory. */
function joseRemote() {
  const keys = createRemoteJWKSet(new URL(JWKS_URL));
  const options = { algorithms, issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['sub', 'exp'] };
  return async (context, next) => {
    const [, token] = context.req.header('Authorization')?.match(/^Bearer (.+)$/) ?? [];
    if (!token) throw new HTTPException(401, { message: 'Authorization header missing' });
    try {
      const { payload } = await jwtVerify(token, keys, options);
      context.set('jwtPayload', payload);
    } catch {
      throw new HTTPException(401, { message: 'Invalid token' });
    }
    await next();
  };
}

/** Given an address, Hono's middleware fetches the set for every request. */
const jwkFetched = () => jwk({ jwks_uri: JWKS_URL, alg: algorithms, verification });

/** Given a function, it can have the set from memory, but imports the key for every request. */
function jwkInMemory() {
  let keys;
  const known = async () => (keys ??= (await (await fetch(JWKS_URL)).json()).keys);
  return jwk({ keys: known, alg: algorithms, verification });
}

const app = new Hono();

const guard = GUARD === 'jose' ? joseRemote() : GUARD === 'jwk' ? jwkFetched() : jwkInMemory();
app.get('/api/auth/session', guard, (context) => {
  const { sub, email = null, role = null } = context.get('jwtPayload');
  return context.json({ user: { id: sub, email, name: null, role, created_at: null } });
});

app.onError((error, context) => {
  if (!(error instanceof HTTPException)) return context.json({ detail: 'Internal Server Error' }, 500);
  return context.json({ detail: error.message }, error.status);
});

export default app;
