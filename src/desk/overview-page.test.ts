import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant } from '../calendar/index.ts';
import { money } from '../money/index.ts';
import { type Overview, overviewPage } from './overview-page.ts';

const balance = (name: string, kind: 'asset' | 'income', minor: bigint) =>
  ({ accountId: 's1', name, kind, money: money(minor, 'EUR') }) as const;

const overview = (balances: Overview['balances']): Overview => ({
  language: 'en',
  zone: 'Europe/Berlin',
  now: Instant.from('2026-11-25T09:00:00Z'),
  today: [],
  month: [],
  pledges: [],
  appealCounts: [],
  given: [],
  balances,
  alarms: { open: [], openCount: 0, giftsOnHold: 0, parkedEvents: 0, unmatched: [] },
  whyNobodyIsAsked: null,
  whatAgesSoon: null,
  isDemo: false,
  notice: null,
});

test('the desk shows books that do not add up, says so, and by how much', () => {
  const pending = balance('processor_pending', 'asset', 1000n);
  const sound = String(
    overviewPage(overview([pending, balance('gifts_once', 'income', -1000n)])).body,
  );
  assert.doesNotMatch(sound, /do not add up/);
  const damaged = String(
    overviewPage(overview([pending, balance('gifts_once', 'income', -990n)])).body,
  );
  assert.match(damaged, /gifts_once/);
  assert.match(damaged, /These books do not add up[^<]*<bdi>[^<]*0\.10/);
});
