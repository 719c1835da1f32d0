/** What the stories feature offers to the rest of the house. */
export { type FeedError, type FeedInput, type FeedResult, readFeed } from './import/feed.ts';
export type { ImportedStory } from './import/imported-story.ts';
