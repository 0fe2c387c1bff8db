// oauth4webapi as its documentation shows: discovery by RFC 8414, then each request with its processing.

import * as oauth from 'oauth4webapi';

const insecure = { [oauth.allowInsecureRequests]: true };
const client = { client_id: 'web' };
const auth = oauth.None();

export async function use({ origin, username, password, wrongPassword, listTasks }) {
  const issuer = new URL(origin);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));

  const signIn = async (attempt) => {
    const response = await oauth.genericTokenEndpointRequest(server, client, auth, 'password', { username, password: attempt }, insecure);
    return oauth.processGenericTokenEndpointResponse(server, client, response);
  };
  const refresh = async (token) => {
    const response = await oauth.refreshTokenGrantRequest(server, client, auth, token, insecure);
    return oauth.processRefreshTokenResponse(server, client, response);
  };

  const first = await signIn(password);
  const second = await refresh(first.refresh_token);
  const signedIn = [await listTasks(first.access_token), await listTasks(second.access_token)];
  const wrong = await errorOf(signIn(wrongPassword));
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, auth, second.refresh_token, insecure));
  return { signedIn, wrong, revoked: await listTasks(second.access_token), afterRevocation: await errorOf(refresh(second.refresh_token)) };
}

/** For a 401 this client raises the challenge of its `WWW-Authenticate`, with the response, whose body has the code. */
async function errorOf(promise) {
  const error = await promise.then(() => undefined, (error) => error);
  if (!(error instanceof oauth.WWWAuthenticateChallengeError) || error.cause[0].scheme !== 'bearer') return `${error}`;
  return (await error.response.json()).error;
}
