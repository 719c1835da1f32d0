/** The table of commands names each one of the money core, with a reason where nobody draws it, and so does the README. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { COMMANDS } from './commands-drawn.ts';
import { createGiving, ManualClock, SeededRandom, testDatabase } from './core.ts';
import { SETTINGS } from './program.ts';

const database = await testDatabase({ poolSize: 1 });
after(() => database.close());

describe('the commands of the money core', () => {
  it('are all in the table, and nothing else is', () => {
    const clock = new ManualClock('2026-01-01T00:00:00Z');
    const giving = createGiving({
      db: database.db,
      clock,
      random: new SeededRandom(1, clock),
      processors: [],
      settings: SETTINGS,
    });
    assert.deepEqual(Object.keys(COMMANDS).toSorted(), Object.keys(giving).toSorted());
  });

  it('have an actor, or a reason that says where they are tested', () => {
    for (const [command, drawn] of Object.entries(COMMANDS)) {
      if (drawn.by !== null) assert.ok(drawn.when.length > 5, command);
      else assert.match(drawn.because, /\.test\.ts/, command);
    }
  });

  it('stand in the README with the same actor', () => {
    const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    for (const [command, { by }] of Object.entries(COMMANDS)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| ${by ?? 'nobody'} |`));
      assert.ok(row?.includes(`\`${command}\``), `${command} is drawn by ${by ?? 'nobody'}`);
    }
  });
});
