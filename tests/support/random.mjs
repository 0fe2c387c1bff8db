// Reproducible random choices: the same seed makes the same ones. A failure prints its seed; SEED=… replays it.

import { randomInt } from 'node:crypto';

export function seededRandom(seed = Number(process.env.SEED ?? randomInt(2 ** 32))) {
  let state = seed;
  /** A number from 0 up to 1 (mulberry32). */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return {
    seed,
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)],
  };
}
