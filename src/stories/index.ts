/** What the stories feature offers to the rest of the house. */
export { DEMO_SOURCE, seedDemoStories } from './demo-stories.ts';
export {
  atomFeed,
  type FeedOptions,
  jsonFeed,
  newsSitemap,
  sitemapSince,
  storyTag,
} from './feeds-out.ts';
export type { FinishedAnswer } from './finished-pages.ts';
export { type FeedError, type FeedInput, type FeedResult, readFeed } from './import/feed.ts';
export {
  type FetchProblem,
  fetchDocument,
  type Network,
  type NetworkAnswer,
} from './import/fetch-document.ts';
export type { ImportedLine, ImportReport } from './import/import-report.ts';
export { type ImportOptions, importStories } from './import/import-stories.ts';
export type { ImportedStory } from './import/imported-story.ts';
export { FetchRefusal, openAddress } from './import/open-address.ts';
export {
  type FetchedDocument,
  type OpenOptions,
  openDocument,
  openPath,
} from './import/open-source.ts';
export { ImportRefusal, type ImportSource, type SourceFormat } from './import/source.ts';
export { languageOf } from './import/story-fields.ts';
export {
  createStoryRoutes,
  notFoundContent,
  redirectOldPath,
  type StoryRoutes,
  type StoryRoutesDependencies,
} from './routes.ts';
export { sectionNames, sectionTitle } from './sections.ts';
export {
  type Byline,
  type Correction,
  correct,
  isListed,
  publish,
  retract,
  type Story,
  type StoryChange,
} from './story.ts';
export type { StorySlot } from './story-page.ts';
export {
  insertStory,
  lockStory,
  newestStories,
  newestStoriesWhole,
  noteStoriesChanged,
  publicStory,
  type StoryHead,
  updateStory,
} from './story-store.ts';
