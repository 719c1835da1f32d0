/** What a process knows of readers' places: the demo's own small data, or the newsroom's files. */
import type { Clock } from '../calendar/index.ts';
import type { Worker } from '../giving/index.ts';
import { CountryData, type CountryDataInUse } from '../safety/index.ts';
import { demoCountrySources, isDemoTorExit } from '../web/demo/demo-readers.ts';
import type { DemoState } from '../web/demo/demo-state.ts';
import { countryDataFolder } from './data-directory.ts';
import type { OpenNewsroom } from './open-newsroom.ts';
import type { PlaceData } from './place-decision.ts';

export interface Places extends PlaceData {
  whyNobody(): string | null;
  agesSoon(): string | null;
  dataInUse(): readonly CountryDataInUse[];
  /** Looks for new data now and then. */
  readonly upkeep: Worker;
}

/** The demo brings small data of its own, as fresh as its clock; a newsroom has what it was given. */
export async function placesOf(options: {
  readonly open: OpenNewsroom;
  readonly clock: Clock;
  readonly demoState: DemoState | null;
}): Promise<Places> {
  const { open, clock, demoState } = options;
  if (demoState !== null) {
    const sources = demoCountrySources(clock);
    return {
      sources: () => sources,
      isTorExit: isDemoTorExit,
      whyNobody: () => null,
      agesSoon: () => null,
      dataInUse: () => [],
      upkeep: { name: 'country-data', runOnce: async () => 0 },
    };
  }
  const data = new CountryData({ folder: countryDataFolder(open.dataDirectory), clock });
  await data.look({ now: true });
  return {
    sources: () => data.sources(),
    isTorExit: (address) => data.isTorExit(address),
    whyNobody: () => data.whyNobody(),
    agesSoon: () => (data.whyNobody() === null ? data.agesSoon() : null),
    dataInUse: () => data.loaded().sources,
    upkeep: {
      name: 'country-data',
      async runOnce() {
        await data.look();
        return 0;
      },
    },
  };
}
