/**
 * What each card's issuer got to see of us: the answer to "could her bank have told anybody?".
 *
 * The listed test cards always have a row, so that an empty one can be seen: a card that was turned away for its country
 * shows how often, and nothing seen.
 */
import type { Bank } from './bank.ts';
import { countryOfCard } from './card-countries.ts';
import { TEST_CARDS } from './test-cards.ts';

export interface IssuerRow {
  readonly card: string;
  readonly country: string | null;
  /** How often the card was turned away before its issuer was asked, since the bank started. */
  readonly turned_away: number;
  readonly seen: readonly {
    readonly what: string;
    readonly amount: string;
    readonly currency: string;
    readonly statement_text: string;
    readonly outcome: string;
    readonly at: string;
  }[];
}

export function issuerLog(bank: Bank): readonly IssuerRow[] {
  const numbers = new Set([
    ...TEST_CARDS.map((card) => card.number),
    ...bank.turnedAway.keys(),
    ...bank.books.sightings.map((sighting) => sighting.cardNumber),
  ]);
  const rows = new Map<string, IssuerRow['seen'][number][]>();
  for (const sighting of bank.books.sightings) {
    const seen = rows.get(sighting.cardNumber) ?? [];
    seen.push({
      what: sighting.what,
      amount: String(sighting.amountMinor),
      currency: sighting.currency,
      statement_text: sighting.statementText,
      outcome: sighting.outcome,
      at: sighting.at.toString(),
    });
    rows.set(sighting.cardNumber, seen);
  }
  return [...numbers].map((card) => ({
    card,
    country: countryOfCard(card),
    turned_away: bank.turnedAway.get(card) ?? 0,
    seen: rows.get(card) ?? [],
  }));
}
