/**
 * The frame around every page: head, masthead, foot. Story and front pages are the same bytes for everybody, so nothing
 * in here may depend on who asks; private pages have a neutral title and a way out on top.
 */
import { direction, translator } from '../language/index.ts';
import type { Newsroom } from '../newsroom/index.ts';
import { type Html, html, nothing, type PageContent, raw } from '../page/index.ts';
import { pageHeaders } from './headers.ts';
import type { StyleSheets } from './style/stylesheet.ts';

export interface FrameOptions {
  readonly newsroom: Newsroom;
  readonly styles: StyleSheets;
  /** Where "Leave this page" leads. */
  readonly exitTo: string;
  /** The demo's bar, empty elsewhere. */
  readonly demoBar: (path: string | undefined) => Html;
}

/** Draws whole pages. One is made at start and handed to every feature's routes as their `render`. */
export function createFrame(options: FrameOptions): (content: PageContent) => Response {
  return (content) => {
    const style = options.styles[content.kind];
    return new Response(`<!doctype html>\n${page(options, content)}`, {
      status: content.status ?? 200,
      headers: pageHeaders({ content, styleSource: style.source }),
    });
  };
}

function page(options: FrameOptions, content: PageContent): Html {
  return html`<html lang="${content.language}" dir="${direction(content.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${content.title}</title>
${content.kind === 'bare' ? html`<base target="_top">` : nothing}
<style>${raw(options.styles[content.kind].text)}</style>
${content.head ?? nothing}
</head>
${body(options, content)}
</html>
`;
}

function body(options: FrameOptions, content: PageContent): Html {
  switch (content.kind) {
    case 'bare':
      return html`<body class="bare">${content.body}</body>`;
    case 'desk':
      return html`<body class="desk wide">${around(options, content, nothing)}</body>`;
    case 'private':
      return html`<body>${around(options, content, exitLine(options, content))}</body>`;
    case 'front':
      return html`<body class="wide">${around(options, content, nothing)}</body>`;
    case 'story':
    case 'plain':
      return html`<body>${around(options, content, nothing)}</body>`;
  }
}

function around(options: FrameOptions, content: PageContent, top: Html): Html {
  const t = translator(content.language);
  return html`<a class="skip" href="#text">${t('frame.skip')}</a>
${options.demoBar(content.path)}
${top}
${masthead(options.newsroom, content)}
<main id="text"><div class="sheet">${content.body}</div></main>
${foot(content)}`;
}

/** C10: a link that works without script; with script the page is blanked and its history entry replaced. */
function exitLine(options: FrameOptions, content: PageContent): Html {
  const t = translator(content.language);
  return html`<aside class="exit" aria-label="${t('frame.exit')}"><div class="sheet">
<a id="exit" href="${options.exitTo}" rel="noreferrer nofollow">${t('frame.exit')}</a>
<p>${t('frame.exit-note')}</p>
</div></aside>
<script src="/exit.js" async></script>`;
}

function masthead(newsroom: Newsroom, content: PageContent): Html {
  const tagline =
    newsroom.tagline[content.language] ?? newsroom.tagline[newsroom.languages[0] ?? 'en'];
  return html`<header class="masthead"><div class="sheet">
<a class="name" href="/">${newsroom.name}</a>
${content.kind === 'story' || content.kind === 'front' ? html`<p class="tagline">${tagline}</p>` : nothing}
${content.kind === 'story' || content.kind === 'front' || content.kind === 'plain' ? sections(newsroom, content.language) : nothing}
</div></header>`;
}

function sections(newsroom: Newsroom, language: string): Html {
  const t = translator(language);
  const fallback = newsroom.languages[0] ?? 'en';
  return html`<nav aria-label="${t('frame.sections')}"><ul>${newsroom.sections.map(
    (section) =>
      html`<li><a href="/section/${section.id}">${section.title[language] ?? section.title[fallback]}</a></li>`,
  )}</ul></nav>`;
}

/** A kept story must not say that there is something to stop; from there the way leads over "Reading us safely". */
function wayOut(language: string): Html {
  return html`<li><a href="/stop?language=${language}">${translator(language)('frame.stop')}</a></li>
`;
}

function foot(content: PageContent): Html {
  const t = translator(content.language);
  return html`<footer class="foot"><div class="sheet"><ul>
<li><a href="/safely?language=${content.language}">${t('frame.safely')}</a></li>
<li><a href="/corrections">${t('frame.corrections')}</a></li>
${content.kind === 'private' ? wayOut(content.language) : nothing}<li><a href="/feed.atom">${t('frame.feeds')}</a></li>
</ul></div></footer>`;
}
