/** Who may call what: a wrong key is 401, a restricted key without the permission is 403 (docs.stripe.com/keys). */
import type { FakeAccount, FakeKey } from './account.ts';
import type { Endpoint } from './endpoint.ts';
import { Refusal } from './refusal.ts';

function keyOf(account: FakeAccount, authorization: string): FakeKey | undefined {
  const basic = /^Basic (\S+)$/.exec(authorization)?.[1];
  const given =
    basic === undefined
      ? /^Bearer (\S+)$/.exec(authorization)?.[1]
      : Buffer.from(basic, 'base64').toString('utf8').split(':')[0];
  return account.keys.find(({ key }) => key === given);
}

export function checkKey(account: FakeAccount, authorization: string): void {
  if (keyOf(account, authorization) !== undefined) return;
  throw new Refusal({
    status: 401,
    isKept: false,
    body: { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_****.' },
  });
}

export function checkPermission(
  account: FakeAccount,
  authorization: string,
  endpoint: Pick<Endpoint, 'resource' | 'access'>,
): void {
  const permissions = keyOf(account, authorization)?.permissions;
  if (permissions === null || permissions === undefined || endpoint.resource === null) return;
  const { resource, access } = endpoint;
  const resources = typeof resource === 'string' ? [resource] : resource;
  const may = resources.some((name) => {
    const given = permissions.get(name);
    return given === 'write' || given === access;
  });
  if (may) return;
  throw new Refusal({
    status: 403,
    isKept: false,
    body: {
      type: 'invalid_request_error',
      message: `The provided key does not have the required permissions for this endpoint. Having the '${resources.join("' or '")}_${access}' permission would allow this request to continue.`,
    },
  });
}
