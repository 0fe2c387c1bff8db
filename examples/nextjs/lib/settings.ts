// Settings from the environment, read at each use, so that one build serves every deployment.

import 'server-only';

/** Returns a setting that has no default, or throws an error that names it. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: see the settings in examples/nextjs/README.md`);
  return value;
}

export const optional = (name: string): string | undefined => process.env[name] || undefined;
