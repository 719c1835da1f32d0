import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ownOrigin, sharedOrigin } from './origin.ts';
import { applicationNameOf, readPart } from './part.ts';

describe('which part a process runs', () => {
  it('is everything unless one is named', () => {
    assert.equal(readPart([]), 'everything');
    assert.equal(readPart(['--only', 'web']), 'web');
    assert.equal(readPart(['--only=workers']), 'workers');
  });

  it('says what can be named', () => {
    for (const argv of [['--only', 'desk'], ['--only='], ['--only'], ['web'], ['--all']]) {
      assert.throws(() => readPart(argv), /--only/);
    }
  });

  it('can be told in the list of database sessions', () => {
    const names = (['everything', 'web', 'workers'] as const).map(applicationNameOf);
    assert.equal(new Set(names).size, 3);
  });
});

describe('the address that processes name', () => {
  const asked = (written: string | undefined, told: string | undefined) => ({
    system: { environment: { TUPPENCE_ORIGIN: told } },
    open: { newsroom: { origin: written } },
  });

  it('is the newsroom file’s, else the environment’s, else this machine’s for one process', () => {
    const file = asked('https://courier.example', 'https://other.example');
    assert.equal(ownOrigin({ ...file, port: 1 }), 'https://courier.example');
    assert.equal(sharedOrigin(file), 'https://courier.example');
    const told = asked(undefined, 'https://other.example/');
    assert.equal(sharedOrigin(told), 'https://other.example');
    assert.equal(ownOrigin({ ...asked(undefined, ''), port: 81 }), 'http://localhost:81');
  });

  it('must be known where several share the work', () => {
    assert.throws(() => sharedOrigin(asked(undefined, undefined)), /"origin:".*TUPPENCE_ORIGIN/);
    assert.throws(() => sharedOrigin(asked(undefined, 'nowhere')), /TUPPENCE_ORIGIN is "nowhere"/);
    assert.throws(() => sharedOrigin(asked(undefined, 'file:///etc')), /TUPPENCE_ORIGIN/);
  });
});
