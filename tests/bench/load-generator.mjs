// A separate process that sends requests in turn, over and over, and times the responses. It writes bytes to sockets and parses
// only the status and the end of each response: a whole HTTP client would use more CPU than the server under load.

import { connect } from 'node:net';
import { cpuMilliseconds } from './process.mjs';
import { quantile } from './statistics.mjs';

class Connection {
  buffered = null;

  /** `nextRequest` returns the bytes to send. */
  constructor(port, nextRequest, expected) {
    this.nextRequest = nextRequest;
    this.expected = expected;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.ready = new Promise((resolve, reject) => {
      this.socket.on('connect', resolve);
      this.fail = reject;
    });
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('The server closed a connection')));
  }

  /** `done` is called after the response's last byte. */
  send(done) {
    this.done = done;
    this.socket.write(this.nextRequest());
  }

  close() {
    this.socket.destroy();
  }

  #read(chunk) {
    const bytes = this.buffered === null ? chunk : Buffer.concat([this.buffered, chunk]);
    this.buffered = bytes;
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = bytes.latin1Slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    const isWhole = length ? bytes.length >= end + 4 + Number(length[1]) : bytes.latin1Slice(-5) === '0\r\n\r\n';
    if (!isWhole) return;
    this.buffered = null;
    const status = Number(head.slice(9, 12));
    if (status === this.expected) this.done();
    else this.fail(new Error(`Status ${status} under load, not ${this.expected}: ${bytes.subarray(0, 1000).toString('latin1')}`));
  }
}

/**
 * Without `rate`, each connection sends the next request as soon as the last is answered. With it, requests are due at equal
 * intervals even if the server falls behind, and latency is counted from the moment a request was due.
 */
async function load({ pid, storagePid, port, requests, expected, connections, milliseconds, atLeast = 0, rate }) {
  let sent = 0;
  const nextRequest = () => requests[sent++ % requests.length];
  const open = Array.from({ length: connections }, () => new Connection(port, nextRequest, expected));
  await Promise.all(open.map(({ ready }) => ready));
  const failure = new Promise((_, reject) => open.forEach((connection) => (connection.fail = reject)));
  const cpu = [pid, storagePid].map(cpuSince);
  const begin = performance.now();
  const latencies = await Promise.race([(rate ? atRate : saturating)(open, { begin, milliseconds, atLeast, rate }), failure]);
  const seconds = (performance.now() - begin) / 1000;
  const [billable, inStorage] = cpu.map((used) => used());
  failure.catch(() => {});
  for (const connection of open) connection.close();
  latencies.sort((one, other) => one - other);
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    cpu: ((billable + inStorage) / latencies.length) * 1000,
    // Without a process for its storage, a server's own CPU time is not told from the storage's.
    ...(storagePid && { billable: (billable / latencies.length) * 1000 }),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

/** Returns a function for the CPU milliseconds that a process has used since. */
function cpuSince(pid) {
  const before = pid && cpuMilliseconds(pid);
  return () => (pid ? cpuMilliseconds(pid) - before : 0);
}

function saturating(open, { begin, milliseconds, atLeast }) {
  const latencies = [];
  return new Promise((resolve) => {
    let working = open.length;
    const next = (connection) => {
      const sent = performance.now();
      if (sent - begin >= milliseconds && latencies.length >= atLeast) {
        working -= 1;
        if (working === 0) resolve(latencies);
        return;
      }
      connection.send(() => {
        latencies.push(performance.now() - sent);
        next(connection);
      });
    };
    open.forEach(next);
  });
}

function atRate(open, { begin, milliseconds, rate }) {
  const total = Math.max(1, Math.round((milliseconds / 1000) * rate));
  const latencies = [];
  const idle = [...open];
  let sent = 0;
  return new Promise((resolve) => {
    const send = () => {
      const now = performance.now();
      while (sent < total && idle.length > 0 && begin + (sent * 1000) / rate <= now) {
        const due = begin + (sent * 1000) / rate;
        const connection = idle.pop();
        sent += 1;
        connection.send(() => {
          latencies.push(performance.now() - due);
          idle.push(connection);
          if (latencies.length === total) resolve(latencies);
        });
      }
      // setImmediate, since a timer may be a millisecond late, which is longer than a response takes.
      if (sent < total) setImmediate(send);
    };
    send();
  });
}

process.on('message', ({ job, ...options }) => {
  load(options).then((result) => process.send({ job, result }), (error) => process.send({ job, error: error.message }));
});
