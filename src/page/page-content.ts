/**
 * What a feature hands to the web layer to be made into a whole page: its own HTML and the few facts the frame needs.
 *
 * Features know neither the frame, nor the style sheet, nor the headers; `web/frame.ts` adds them by `kind`. `story` and
 * `front` pages are the same bytes for everybody and may be cached; every other kind is `no-store`.
 */
import type { Html } from './html.ts';

export type PageKind =
  /** A story or a list of stories: public, cacheable, the same for everybody. */
  | 'story'
  | 'front'
  /** Support, thanks, manage, stop, safety: never stored, neutral title and quick exit. */
  | 'private'
  /** The note frame inside a story where no script runs: no frame of ours around it. */
  | 'bare'
  /** Everything else that anybody may see. */
  | 'plain'
  /** The newsroom's own pages. */
  | 'desk';

/**
 * The one wider policy that a page may ask for by name; which hosts that opens is decided in `web/headers.ts` alone.
 * `card-fields`: the pay page with Stripe's card fields.
 */
export type WiderPolicy = 'card-fields';

export interface PageContent {
  readonly kind: PageKind;
  readonly title: string;
  /** BCP 47 tag; the frame derives the direction from it. */
  readonly language: string;
  readonly body: Html;
  /** 200 unless said otherwise. */
  readonly status?: number;
  /** Path of this page on the origin, for the canonical link of stories. */
  readonly path?: string;
  /** Extra elements for the head (JSON-LD, feed links, a refresh). Made with `html`. */
  readonly head?: Html;
  /** Seconds after which a page that waits for something asks again without script. */
  readonly refreshSeconds?: number;
  /** Hosts a form on this page may lead to, beyond our own (a processor's page). */
  readonly formTargets?: readonly string[];
  /** Left out, as everywhere but on that one page: no script, frame or connection of another host. */
  readonly widerPolicy?: WiderPolicy;
}

/** Makes the whole response of a page: frame, style, headers. The web layer hands one to every feature's routes. */
export type RenderPage = (content: PageContent) => Response;
