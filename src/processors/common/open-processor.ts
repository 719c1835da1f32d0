/** What opening a configured processor gives: the port, and the pay pages of ours that it brings, if any. */
import type { Hono } from 'hono';
import type { PayDesk, Processor } from '../../giving/processor.ts';
import type { RenderPage } from '../../page/index.ts';

export interface PayPageDependencies {
  readonly desk: PayDesk;
  readonly render: RenderPage;
}

export interface OpenProcessor {
  readonly processor: Processor;
  /**
   * Makes the routes of its pay pages; they are mounted at {@link payPagesPath} and mean nothing to any other account.
   * `null`: it has a page of its own elsewhere.
   */
  readonly payPages: ((dependencies: PayPageDependencies) => Hono) | null;
}

/** Path of an account's pay pages, without a slash at the end. */
export function payPagesPath(accountId: string): string {
  return `/pay/${accountId}`;
}

/** Address of the pay page of one attempt, on the origin that its supporter is sent back to. */
export function payPageAddress(of: {
  readonly accountId: string;
  readonly attemptId: string;
  readonly returnUrl: string;
}): string {
  return `${new URL(of.returnUrl).origin}${payPagesPath(of.accountId)}/${of.attemptId}`;
}

/** The language of a pay page whose order is not known: what the browser prefers. */
export function preferredLanguage(request: Request): string {
  return /^[A-Za-z-]{2,20}/.exec(request.headers.get('accept-language') ?? '')?.[0] ?? 'en';
}
