/** The mail server of one seed: now and then it is busy or its answer gets lost; what it took, it keeps count of. */
import type { Chance } from './chance.ts';
import { composeLetter, type Mailer, type MailerAnswer, type Sending } from './core.ts';
import type { Life } from './life.ts';
import type { Postbox } from './postbox.ts';
import type { Weather } from './weather.ts';

export const A_LETTER = composeLetter({
  subject: 'note',
  language: 'en',
  details: ['It happened.'],
});

export class Letterbox implements Mailer {
  readonly #options: {
    readonly postbox: Postbox;
    readonly life: Life;
    readonly chance: Chance;
    readonly weather: () => Weather;
  };

  constructor(options: {
    readonly postbox: Postbox;
    readonly life: Life;
    readonly chance: Chance;
    readonly weather: () => Weather;
  }) {
    this.#options = options;
  }

  async send({ key }: Sending): Promise<MailerAnswer> {
    const { postbox, life, chance } = this.#options;
    const weather = this.#options.weather();
    life.border();
    if (chance.hits(weather.lostBefore)) return { kind: 'not-now', reason: 'connection' };
    if (chance.hits(weather.refusals)) return { kind: 'not-now', reason: 'busy' };
    postbox.take(key);
    life.border();
    if (chance.hits(weather.lostAfter)) return { kind: 'not-now', reason: 'timeout' };
    return { kind: 'sent' };
  }

  async close(): Promise<void> {}
}
