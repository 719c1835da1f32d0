/** Every test that uses the fake ends with this: what went over the wire is held against the published descriptions. */
import assert from 'node:assert/strict';
import { Described, descriptionsAreThere } from './described.ts';
import type { Exchange } from './server.ts';

let described: Described | undefined;

/**
 * Nothing is held where the descriptions are not there; `adapter.test.ts` says that aloud. Addresses outside BTCPay's
 * interface, at which some tests look for a BTCPay that is not there, are described nowhere.
 */
export function assertAsDescribed(exchanges: readonly Exchange[]): void {
  if (!descriptionsAreThere()) return;
  described ??= new Described();
  const held = exchanges.filter(({ path }) => path.startsWith('/api/v1/'));
  const problems = new Set(held.flatMap((each) => described?.problemsOf(each) ?? []));
  assert.deepEqual([...problems], []);
}
