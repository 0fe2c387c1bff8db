// An HTTP server between the example and the Worker. It records the requests that the example sends, and can be switched off,
// as if the Worker were unreachable.

import { createServer } from 'node:http';

/** `{ url, requests, isDown, stop() }`; a request is `{ method, path, headers, body }`. Set `isDown` to drop connections. */
export async function startRecordingProxy(worker) {
  const proxy = { requests: [], isDown: false };
  const server = createServer(async (request, response) => {
    if (proxy.isDown) return void request.socket.destroy();
    const body = Buffer.concat(await request.toArray());
    const { method, url: path, headers } = request;
    proxy.requests.push({ method, path, headers, body: body.toString() });
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...forwarded } = headers;
    const answer = await fetch(worker.url + path, { method, headers: forwarded, body: body.length ? body : undefined, redirect: 'manual' });
    const kept = [...answer.headers].filter(([name]) => !['content-encoding', 'content-length', 'transfer-encoding', 'connection'].includes(name));
    response.writeHead(answer.status, kept).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => server.close(resolve) && server.closeAllConnections()),
  });
}
