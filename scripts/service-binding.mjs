// The step of `npm test` that runs examples/service-binding in front of the built Worker.

import { installPackages } from '../examples/service-binding/scripts/setup.mjs';
import { run } from './shared.mjs';

export async function testServiceBinding() {
  await installPackages();
  await run('node', ['--test', 'tests/service-binding/example.test.mjs']);
}
