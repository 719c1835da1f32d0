/**
 * What a person at the terminal is told once everything stands.
 */
import type { WebServer } from '../web/server.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import type { System } from './system.ts';

export async function announce(options: {
  readonly system: System;
  readonly open: OpenNewsroom;
  readonly server: WebServer;
  readonly origin: string;
  readonly link: string;
  readonly sandboxOrigin: string | null;
  /** Why no reader is asked for support; `null`: those in safe countries are. */
  readonly whyNobody: string | null;
}): Promise<void> {
  const { system, open, server, origin } = options;
  const story = await open.db
    .selectFrom('story')
    .select('slug')
    .where('status', '=', 'published')
    .where('language', '=', open.newsroom.languages[0] ?? 'en')
    .orderBy('published_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (server.movedFrom !== null)
    system.print(`Port ${server.movedFrom} is taken; using ${server.port}.`);
  // Behind a proxy the address below is the proxy's.
  if (new URL(origin).port !== String(server.port)) system.print(`Serving on port ${server.port}.`);
  system.print('');
  system.print(`  ${open.newsroom.name} is open.`);
  system.print('');
  system.print(`  Front page    ${origin}/`);
  if (story !== undefined) system.print(`  A story       ${origin}/story/${story.slug}`);
  system.print(`  Support       ${origin}/support`);
  system.print(`  The desk      ${origin}/desk/enter?link=${options.link}   (works once)`);
  if (options.sandboxOrigin !== null) system.print(`  Sandbox bank  ${options.sandboxOrigin}/`);
  if (options.whyNobody !== null) system.print(`  Nobody is asked: ${options.whyNobody}`);
  system.print('');
  system.print('  Ctrl-C stops it.');
}
