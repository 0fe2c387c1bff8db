// An HTTP server as the origin behind examples/service-binding: records what it receives, and answers as the path asks.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** `{ url, requests, stop() }`; a request is `{ method, url, rawHeaders, headers, body }`. */
export async function startOrigin() {
  const requests = [];
  const record = (request, body) => requests.push({ method: request.method, url: request.url, rawHeaders: request.rawHeaders, headers: request.headers, body });
  const server = createServer(async (request, response) => {
    if (request.url === '/stream') {
      record(request);
      // Each chunk goes back as it comes.
      for await (const chunk of request) response.write(chunk);
      return response.end();
    }
    record(request, Buffer.concat(await request.toArray()).toString());
    if (request.url === '/redirect') return response.writeHead(302, { Location: '/elsewhere', 'Set-Cookie': ['a=1', 'b=2'] }).end();
    response.writeHead(203, { 'X-Origin': 'yes' }).end('from the origin');
  });
  server.on('upgrade', (request, socket) => {
    record(request);
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    // One text frame (RFC 6455, section 5.2).
    socket.write(Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('hello')]));
    socket.on('error', () => {});
  });
  // An upgraded connection is none of the server's any more.
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    async stop() {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
