// Sends jobs to the load generator's process, and turns a request into the bytes on the wire.

import { fork } from 'node:child_process';
import http from 'node:http';
import { join } from 'node:path';

let generator;
let jobs = 0;

/** See load-generator.mjs for the options and the result. */
export function load(options) {
  generator ??= fork(join(import.meta.dirname, 'load-generator.mjs'));
  const job = (jobs += 1);
  return new Promise((resolve, reject) => {
    const onMessage = (message) => {
      if (message.job !== job) return;
      generator.off('message', onMessage);
      if (message.error) reject(new Error(message.error));
      else resolve(message.result);
    };
    generator.on('message', onMessage);
    generator.send({ job, ...options });
  });
}

export function stopGenerator() {
  generator?.kill();
  generator = undefined;
}

function headersOf({ token, cookie, headers, body, port }) {
  return {
    Host: `127.0.0.1:${port}`,
    // Cloudflare adds it to every request.
    'CF-Connecting-IP': '198.18.0.1',
    Accept: 'application/json',
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(cookie && { Cookie: cookie }),
    ...(body && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
    ...headers,
  };
}

/** The bytes of a request. */
export function wire({ method = 'GET', path, json, ...request }) {
  const body = json && JSON.stringify(json);
  const headers = Object.entries(headersOf({ ...request, body })).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${headers.join('')}\r\n${body ?? ''}`;
}

/** Sends the same request once and returns its response. */
export function sendOnce({ method = 'GET', path, json, ...request }) {
  const body = json && JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port: request.port, method, path, headers: headersOf({ ...request, body }), agent: false });
    sent.on('error', reject);
    sent.on('response', async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      const isJson = /^application\/json/.test(response.headers['content-type']);
      resolve({ status: response.statusCode, headers: response.headers, text, body: isJson ? JSON.parse(text) : text });
    });
    sent.end(body);
  });
}
