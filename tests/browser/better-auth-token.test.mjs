// The mode `better-auth` with the shared secret: the Worker accepts its tokens, and they open nothing in Better Auth itself, even
// where its HTTP handler is mounted. All other files sign as Better Auth does by default.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { startExample } from '../support/example.mjs';
import { startRecordingProxy } from '../support/recording-proxy.mjs';
import { decodeToken, signToken } from '../support/tokens.mjs';
import { openBrowser, startBrowser } from '../support/browser-user.mjs';
import { startWorker } from '../support/worker.mjs';

const { betterAuth } = createRequire(new URL('../../examples/nextjs/package.json', import.meta.url))('better-auth');
const secret = randomBytes(32).toString('base64url');
const started = [];
let example;
let proxy;
let browser;

before(async () => {
  const worker = await startWorker({ vars: { BETTER_AUTH_SECRET: secret } });
  started.push(worker);
  started.push(proxy = await startRecordingProxy(worker));
  started.push(example = await startExample(proxy, { mode: 'better-auth', env: { TOKEN_ALGORITHM: 'HS256', BETTER_AUTH_SECRET: secret } }));
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  for (const each of started.toReversed()) await each.stop();
});

test('The token for the Worker has no email, so Better Auth\'s verify-email route rejects it', async () => {
  const ada = await openBrowser(browser, example.url);
  await ada.signUp();
  await ada.addTask('Signed');
  await ada.page.getByText(ada.email).waitFor();
  await ada.signOut();
  await ada.signIn();
  await ada.page.getByText('Signed').waitFor();
  await ada.leave();
  assert.equal((await fetch(`${example.url}/api/auth/jwks`)).status, 404);

  const tokens = new Set(proxy.requests.map(({ headers }) => headers.authorization?.replace('Bearer ', '')).filter(Boolean));
  assert.ok(tokens.size > 0);
  const database = new DatabaseSync(example.database);
  try {
    const mounted = betterAuth({ database, secret, baseURL: example.url, emailAndPassword: { enabled: true }, logger: { disabled: true } });
    const verify = (token) => mounted.handler(new Request(`${example.url}/api/auth/verify-email?token=${token}`));
    const isVerified = () => Boolean(database.prepare('SELECT emailVerified FROM user WHERE email = ?').get(ada.email).emailVerified);
    for (const token of tokens) {
      const { header, claims } = decodeToken(token);
      assert.equal(header.alg, 'HS256');
      assert.deepEqual(Object.keys(claims).sort(), ['exp', 'iat', 'name', 'sub']);
      await verify(token).catch(() => undefined);
      assert.equal(isVerified(), false);
      // The same token with an email is accepted: the attack is real, and the route is reached.
      await verify(signToken({ ...claims, email: ada.email }, { secret }));
      assert.equal(isVerified(), true);
      database.prepare('UPDATE user SET emailVerified = 0').run();
    }
  } finally {
    database.close();
  }
});
