// An origin for trying the example: answers with the request as it arrives here.

import { once } from 'node:events';
import { createServer } from 'node:http';

export async function startEchoOrigin(port) {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { method, url, headers } = request;
    response.setHeader('Content-Type', 'application/json').end(`${JSON.stringify({ method, url, headers, body }, null, 2)}\n`);
  });
  server.listen(port, 'localhost').unref();
  await once(server, 'listening');
}
