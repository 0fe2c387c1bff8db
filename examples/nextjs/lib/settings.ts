// The settings of this server, read when they are needed: one build serves every deployment.

import 'server-only';

/** A setting that nothing works without. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: see the settings in examples/nextjs/README.md`);
  return value;
}

export const optional = (name: string): string | undefined => process.env[name] || undefined;
