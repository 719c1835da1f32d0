/**
 * Pay pages of ours that belong to one processor, under a path of their own, behind one door: a place that is shown no form
 * is shown none of them.
 */
import type { Hono } from 'hono';
import { type Giving, payPageRefusal } from '../giving/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import type { RenderPage } from '../page/index.ts';
import { type OpenProcessor, payPagesPath } from '../processors/common/index.ts';
import type { DecidePlace } from '../safety/index.ts';

export interface AccountPayPages {
  readonly accountId: string;
  readonly routes: NonNullable<OpenProcessor['payPages']>;
}

export function mountPayPages(
  app: Hono,
  dependencies: {
    readonly payPages: readonly AccountPayPages[];
    readonly giving: Pick<Giving, 'payDesk'>;
    readonly newsroom: Newsroom;
    readonly decidePlace: DecidePlace;
    readonly render: RenderPage;
  },
): void {
  const { payPages, giving, render } = dependencies;
  for (const { accountId, routes } of payPages) {
    const path = payPagesPath(accountId);
    app.use(`${path}/*`, async (c, next) => {
      const refusal = payPageRefusal(dependencies, c.req.raw);
      if (refusal !== undefined) return refusal;
      await next();
      return undefined;
    });
    app.route(path, routes({ desk: giving.payDesk, render }));
  }
}
