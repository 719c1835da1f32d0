/**
 * The access token of a PayPal app: asked for with client id and secret, kept in memory until shortly before it ends, and
 * asked for once at a time however many calls wait for it.
 *
 * A token that PayPal says it does not know is forgotten by whoever heard so, once; the next call asks for another. Where
 * PayPal refuses the app's own key, nothing is asked again for a while: a wrong key does not become right by asking.
 */
import { z } from 'zod';
import type { Clock, Instant } from '../../calendar/index.ts';
import type { Unknown } from '../../giving/processor.ts';
import { type CallJsonOptions, callJson, unknownByStatus } from '../common/index.ts';

export interface AccessToken {
  readonly kind: 'token';
  readonly bearer: string;
  /** What it may be used for, as PayPal names it. */
  readonly scopes: readonly string[];
}

/** `refused`: PayPal does not know this client id with this secret. */
export type TokenAnswer = AccessToken | { readonly kind: 'refused' } | Unknown;

export interface TokenKeeper {
  token(): Promise<TokenAnswer>;
  /** PayPal did not know this token: the next call asks for another one, unless that happened meanwhile. */
  forget(bearer: string): void;
}

const SECONDS_BEFORE_END = 120;
const SECONDS_AFTER_REFUSAL = 30;

/** Lifetimes seen are nine hours; a longer one is not believed. */
const LIFETIME_SECONDS_MAX = 86_400;

const tokenAnswer = z.object({
  access_token: z.string().min(1).max(10_000),
  expires_in: z.number().int().positive(),
  scope: z.string().max(20_000).optional(),
});

export function createTokenKeeper(options: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  readonly http: Omit<CallJsonOptions, 'headers'>;
}): TokenKeeper {
  const { clock } = options;
  let kept: { readonly token: AccessToken; readonly until: Instant } | null = null;
  let refusedUntil: Instant | null = null;
  let fetching: Promise<TokenAnswer> | null = null;

  const fetchToken = async (): Promise<TokenAnswer> => {
    const askedAt = clock.now();
    const fetched = await askForToken(options);
    if (fetched.kind === 'refused') {
      refusedUntil = askedAt.add({ seconds: SECONDS_AFTER_REFUSAL });
      return fetched;
    }
    if (fetched.kind === 'unknown') return fetched;
    const seconds = Math.min(fetched.lifetimeSeconds, LIFETIME_SECONDS_MAX) - SECONDS_BEFORE_END;
    const { token } = fetched;
    kept = seconds > 0 ? { token, until: askedAt.add({ seconds }) } : null;
    return token;
  };

  return {
    async token() {
      const now = clock.now().epochMilliseconds;
      if (kept !== null && now < kept.until.epochMilliseconds) return kept.token;
      if (refusedUntil !== null && now < refusedUntil.epochMilliseconds) return { kind: 'refused' };
      fetching ??= fetchToken().finally(() => {
        fetching = null;
      });
      return await fetching;
    },
    forget(bearer) {
      if (kept?.token.bearer === bearer) kept = null;
    },
  };
}

type FetchedToken =
  | { readonly kind: 'fetched'; readonly token: AccessToken; readonly lifetimeSeconds: number }
  | { readonly kind: 'refused' }
  | Unknown;

async function askForToken(options: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly http: Omit<CallJsonOptions, 'headers'>;
}): Promise<FetchedToken> {
  const { clientId, clientSecret, http } = options;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const heard = await callJson(
    { ...http, headers: { authorization: `Basic ${basic}` } },
    {
      method: 'POST',
      path: '/v1/oauth2/token',
      body: 'grant_type=client_credentials',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
  );
  if (heard.kind === 'unknown') return heard;
  if (heard.status === 401) return { kind: 'refused' };
  if (heard.status !== 200) return unknownByStatus(heard.status);
  const answer = tokenAnswer.safeParse(heard.json);
  if (!answer.success) return { kind: 'unknown', reason: 'unreadable' };
  const { access_token: bearer, expires_in: lifetimeSeconds, scope } = answer.data;
  const scopes = (scope ?? '').split(' ').filter((name) => name !== '');
  return { kind: 'fetched', token: { kind: 'token', bearer, scopes }, lifetimeSeconds };
}
