/** A gift begun at a company whose pay page is ours: the real money core, the real page, a fake company. For tests. */
import assert from 'node:assert/strict';
import { Hono } from 'hono';
import type { GiftIntent, GiftView } from '../../../../giving/giving.ts';
import { exampleNewsroom } from '../../../../giving/testing/fake-web.ts';
import {
  type GivingWorld,
  givingWorld,
  type WorldOptions,
} from '../../../../giving/testing/giving-world.ts';
import { nothing, type RenderPage } from '../../../../page/index.ts';
import { createFrame } from '../../../../web/frame.ts';
import { makeStyleSheets } from '../../../../web/style/stylesheet.ts';
import { payPagesPath } from '../../../common/index.ts';
import { stripePayPages } from '../index.ts';
import { ACCOUNT, OwnPageCompany, PUBLISHABLE_KEY } from './own-page-company.ts';

export interface PayPageWorld extends GivingWorld {
  readonly company: OwnPageCompany;
  readonly routes: Hono;
  /** Begins a gift. @returns its id, its attempt and the path of its pay page */
  begin(change?: Partial<GiftIntent>): Promise<BegunGift>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  press(path: string, token: string): Promise<Response>;
  view(giftId: string): Promise<GiftView>;
}

export interface BegunGift {
  readonly giftId: string;
  readonly attemptId: string;
  readonly path: string;
}

/** Draws pages as the newsroom's own frame does, headers and all. */
export function realFrame(): RenderPage {
  const newsroom = exampleNewsroom();
  return createFrame({
    newsroom,
    styles: makeStyleSheets({ accent: newsroom.accent, demo: false }),
    exitTo: newsroom.safety.exit_to,
    demoBar: () => nothing,
  });
}

export async function payPageWorld(settings: WorldOptions['settings'] = {}): Promise<PayPageWorld> {
  let made: OwnPageCompany | undefined;
  const world = await givingWorld({
    settings,
    processors: (_, clock) => {
      made = new OwnPageCompany({ clock });
      return [made];
    },
  });
  const company = made;
  assert.ok(company !== undefined);
  const pages = stripePayPages({
    accountId: ACCOUNT,
    publishableKey: PUBLISHABLE_KEY,
    payments: company,
  });
  const routes = new Hono();
  routes.route(payPagesPath(ACCOUNT), pages({ desk: world.giving.payDesk, render: realFrame() }));
  return {
    ...world,
    company,
    routes,
    async begin(change = {}) {
      const intent = world.intent(change);
      const begun = await world.giving.beginGift(intent);
      assert.ok(begun.kind === 'go', `not begun: ${begun.kind}`);
      const { pathname } = new URL(begun.pageUrl);
      return {
        giftId: intent.giftId,
        attemptId: pathname.split('/').at(-1) ?? '',
        path: pathname,
      };
    },
    get: async (path, headers = {}) => await routes.request(path, { headers }),
    press: async (path, token) =>
      await routes.request(path, { method: 'POST', body: new URLSearchParams({ token }) }),
    async view(giftId) {
      const view = await world.giving.giftView(giftId);
      assert.ok(view !== undefined);
      return view;
    },
  };
}

/** Runs a test in a world of its own, which is closed afterwards. */
export async function inPayPageWorld(
  test: (world: PayPageWorld) => Promise<void>,
  settings: WorldOptions['settings'] = {},
): Promise<void> {
  const world = await payPageWorld(settings);
  try {
    await test(world);
  } finally {
    await world.close();
  }
}

/** The path that an answer leads to; no answer of these pages is kept. */
export function wayOf(response: Response): string {
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return new URL(response.headers.get('location') ?? '').pathname;
}

/** Where a gift's supporter comes back to. */
export function returnPath(giftId: string): string {
  return `/support/return/${giftId}`;
}
