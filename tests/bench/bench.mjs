// The benchmark: compares this Worker with alternatives one could have written instead, in one run. `npm run bench` sets
// everything up and calls it:
//
//   npm run bench                                                  the whole comparison
//   npm run bench -- --runs 3                                      three times, to see what holds in each
//   npm run bench -- --only list,verify --rounds 3                 some rows
//   npm run bench -- --subjects edge-auth,hono,baseline --quick    some subjects, for a short time
//   npm run bench -- growth                                        how the cost grows with the data
//   npm run bench -- profile                                       CPU time by the code that uses it
//   npm run bench -- latency                                       how long a user waits if storage is 25 ms away
//   npm run bench -- soak                                          ten minutes of mixed requests: errors, losses, growth
//   npm run bench -- tokens                                        an issuer's tokens, and another Worker's protected route
//   npm run bench -- render                                        the reports from their JSON, without measuring
//
// A whole run writes its results to tests/bench/results/; --out FOLDER writes those of any run, --no-out of none.

import { main } from '../../scripts/shared.mjs';
import { compare } from './compare.mjs';
import { grow } from './growth.mjs';
import { measureLatency } from './latency.mjs';
import { stopGenerator } from './load.mjs';
import { parseOptions } from './options.mjs';
import { profile } from './profile.mjs';
import { render } from './render.mjs';
import { soak } from './soak.mjs';
import { measureTokens } from './tokens.mjs';

const RUNS = { comparison: compare, growth: grow, latency: measureLatency, profile, render, soak, tokens: measureTokens };

// An interrupted run exits through process.exit, whose handlers stop the servers and remove the temporary files.
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.once(signal, () => process.exit(code));

// Each server stops on exit, and a run starts more of them than Node expects listeners.
process.setMaxListeners(100);

main(async () => {
  const options = parseOptions(process.argv.slice(2));
  try {
    await RUNS[options.kind](options);
  } finally {
    stopGenerator();
  }
});
