/**
 * The docs are held to what is there: the commands, settings, files and pictures they name must exist.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';

const packageFile = z.object({ scripts: z.record(z.string(), z.string()) });
const PROJECT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const docs = [
  'README.md',
  ...readdirSync(join(PROJECT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const words = docs.map(read).join('\n');

function named(pattern: RegExp): string[] {
  return [...new Set([...words.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

test('npm scripts that the docs name are in package.json', () => {
  const scripts = named(/npm run ([a-z-]+)/g);
  assert.ok(scripts.length > 2);
  const { scripts: known } = packageFile.parse(JSON.parse(read('package.json')));
  for (const script of scripts) assert.ok(script in known, script);
});

test('commands that the docs name are ones the program knows and explains', () => {
  const commands = named(/npm run tuppence -- ([a-z-]+)/g);
  assert.ok(commands.length > 4);
  const dispatcher = read('src/commands/run-command.ts');
  for (const command of commands) {
    assert.ok(dispatcher.includes(`case '${command}':`), command);
    if (command !== 'help')
      assert.ok(dispatcher.includes(`\n  ${command} `), `help explains ${command}`);
  }
});

test('settings that the docs name are read somewhere', () => {
  const settings = named(/`((?:TUPPENCE_[A-Z_]+|DATABASE_URL|SMTP_URL|PORT))`/g);
  assert.ok(settings.length > 6);
  const sources = readdirSync(join(PROJECT, 'src/commands')).filter((name) => name.endsWith('.ts'));
  const code = [read('src/main.ts'), ...sources.map((name) => read(`src/commands/${name}`))].join(
    '\n',
  );
  for (const setting of settings)
    assert.ok(code.includes(`environment.${setting}`) || code.includes(`env.${setting}`), setting);
});

test('links and pictures of the docs lead to files', () => {
  for (const doc of docs) {
    for (const [, target = ''] of read(doc).matchAll(/\]\(([^)#:]+)\)/g)) {
      assert.ok(statSync(join(PROJECT, doc, '..', target)).isFile(), `${doc}: ${target}`);
    }
  }
});

test('folders of the house that the architecture names exist, and no others are missing from it', () => {
  const house = read('docs/architecture.md');
  const folders = readdirSync(join(PROJECT, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  for (const folder of folders) assert.ok(house.includes(`  ${folder}/`), folder);
});
