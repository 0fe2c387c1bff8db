// Runs a workerd without Miniflare, from a configuration and the files that it embeds.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import workerdPackage from 'workerd';
import { startedPids } from './workerd.mjs';

/** A text of the configuration. */
export const quote = (text) => JSON.stringify(text);

/** The modules of a worker, which are among the files. */
export const embed = (modules) => modules
  .map(({ name }) => `(name = ${quote(name)}, ${name.endsWith('.wasm') ? 'wasm' : 'esModule'} = embed ${quote(name)})`).join(', ');

/** Bindings of texts, by their names. */
export const texts = (values) => Object.entries(values).map(([name, value]) => `(name = ${quote(name)}, text = ${quote(value)}),`).join(' ');

/**
 * `files` are `{ name, contents }`, and `sockets` the names of the sockets that `configuration` listens on. With `hasInspector`,
 * V8's inspector listens as well. Returns `{ pid, ports, stop() }`, with the port of each socket, and of the `inspector`.
 */
export async function startBareWorkerd({ files, configuration, sockets, hasInspector = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-workerd-'));
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
  writeFileSync(join(folder, 'config.capnp'), configuration);
  const child = spawn(workerdPackage.default, [
    'serve', '--experimental', '--control-fd=3', ...(hasInspector ? ['--inspector-addr=127.0.0.1:0'] : []), join(folder, 'config.capnp'),
  ], { stdio: ['ignore', 'inherit', hasInspector ? 'ignore' : 'inherit', 'pipe'] });
  startedPids.push(child.pid);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const kill = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  // An interrupted run skips stop().
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  const early = ended.then((code) => {
    throw new Error(`workerd ended with ${code}`);
  });
  try {
    const ports = await Promise.race([listening(child.stdio[3], [...sockets, ...(hasInspector ? ['inspector'] : [])]), early]);
    return { pid: child.pid, ports, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    early.catch(() => {});
  }
}

/** The ports that workerd reports on its control stream, a line of JSON for each. */
function listening(stream, names) {
  return new Promise((resolve) => {
    const ports = {};
    let output = '';
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      const lines = output.split('\n');
      output = lines.pop();
      for (const { event, socket, port } of lines.filter(Boolean).map((line) => JSON.parse(line))) {
        if (event === 'listen') ports[socket] = port;
        if (event === 'listen-inspector') ports.inspector = port;
      }
      if (names.every((name) => name in ports)) resolve(ports);
    });
  });
}
