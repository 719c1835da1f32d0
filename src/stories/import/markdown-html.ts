/** CommonMark to HTML, with HTML in it read as text: a story in Markdown says what it is with Markdown alone. */
import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt('commonmark', {
  html: false,
  linkify: false,
  typographer: false,
}).enable(['table', 'strikethrough']);

/** The result is not clean yet: addresses in it are as written. */
export function markdownToHtml(source: string): string {
  return markdown.render(source);
}
