/**
 * Where a reader seems to be, in the three classes that matter: *safe* (asked), *listed* (giving endangers the giver),
 * *unknown* (doubt is silence).
 *
 * Safe needs at least two independent sources that each name a country, none of them listed; anything less is unknown. The
 * address is used in memory for this one decision and never written. See the safety checks C1.
 */
export type PlaceClass = 'safe' | 'listed' | 'unknown';

export interface Place {
  readonly class: PlaceClass;
  /** A Tor exit or onion address: unknown in any case, and cards are off. */
  readonly tor: boolean;
}

/** Who asks, as far as their place goes: the headers, and whatever the server knows the connection by. */
export interface Asker {
  readonly headers: { get(name: string): string | null };
}

/** Decides the place of one request from the connection's address (or a trusted proxy's header). Every Request is an asker. */
export type DecidePlace = (asker: Asker) => Place;
