/**
 * What each card's issuer got to see of us: the answer to "could her bank have told anybody?".
 *
 * The listed test cards always have a row, so that an empty one can be seen: a card that was turned away for its country
 * shows how often, and nothing seen.
 */
import type { Bank } from './bank.ts';
import { countryOfCard } from './card-countries.ts';
import type { IssuerSighting } from './records.ts';
import { TEST_CARDS } from './test-cards.ts';

export interface IssuerRow {
  readonly card: string;
  readonly country: string | null;
  /** How often the card was turned away before its issuer was asked, since the bank started. */
  readonly turnedAway: number;
  readonly seen: readonly IssuerSighting[];
}

export function issuerLog(bank: Bank): readonly IssuerRow[] {
  const seen = Map.groupBy(bank.books.sightings, (sighting) => sighting.cardNumber);
  const cards = new Set([
    ...TEST_CARDS.map((card) => card.number),
    ...bank.turnedAway.keys(),
    ...seen.keys(),
  ]);
  return [...cards].map((card) => ({
    card,
    country: countryOfCard(card),
    turnedAway: bank.turnedAway.get(card) ?? 0,
    seen: seen.get(card) ?? [],
  }));
}
