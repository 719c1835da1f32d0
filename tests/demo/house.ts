/**
 * A whole demo for one file of journeys: its process, its bank, its books and a browser. Closing it holds the newsroom's
 * ledger against the bank's own books, whatever the journeys did.
 */
import type { Browser } from 'playwright-core';
import { type BankView, bankView } from './bank.ts';
import { launchBrowser } from './browser.ts';
import { type DemoProcess, demoPlace, startDemo } from './demo-process.ts';
import { type Ledger, openLedger } from './ledger.ts';

export interface House {
  readonly demo: DemoProcess;
  readonly bank: BankView;
  readonly ledger: Ledger;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openHouse(): Promise<House> {
  const place = await demoPlace();
  const demo = await startDemo(place);
  const bank = await bankView(place, demo.bankUrl);
  const ledger = openLedger(place);
  const browser = await launchBrowser();
  return {
    demo,
    bank,
    ledger,
    browser,
    async close() {
      await browser.close();
      try {
        await ledger.agreesWith(bank);
      } finally {
        await demo.stop();
        await ledger.close();
        await place.close();
      }
    },
  };
}
