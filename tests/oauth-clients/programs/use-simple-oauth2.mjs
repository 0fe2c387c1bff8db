// simple-oauth2 as its documentation shows. It insists on a client's id and secret, and sends them as Basic credentials.

import { ResourceOwnerPassword } from 'simple-oauth2';

export async function use({ origin, username, password, wrongPassword, listTasks }) {
  const client = new ResourceOwnerPassword({
    client: { id: 'web', secret: 'of no account' },
    auth: { tokenHost: origin, tokenPath: '/auth/token', revokePath: '/auth/revoke' },
  });
  const first = await client.getToken({ username, password });
  // As the documentation keeps a token: as JSON text.
  const second = await client.createToken(JSON.parse(JSON.stringify(first))).refresh();
  const signedIn = [await listTasks(first.token.access_token), await listTasks(second.token.access_token)];
  const wrong = await errorOf(client.getToken({ username, password: wrongPassword }));
  await second.revokeAll();
  return { signedIn, wrong, revoked: await listTasks(second.token.access_token), afterRevocation: await errorOf(second.refresh()) };
}

async function errorOf(promise) {
  const error = await promise.then(() => undefined, (error) => error);
  return error?.output?.statusCode === 401 ? error.data.payload.error : `${error}`;
}
