export type { DecidePlace, Place, PlaceClass } from './place.ts';
