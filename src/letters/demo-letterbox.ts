/**
 * A letterbox for the demo: letters go nowhere and can be read on a page of the demo alone.
 *
 * Held in memory, the newest few only, gone when the process ends. It must never be composed into a real newsroom, which
 * is why the addresses are open here.
 */
import type { Mailer, Sending } from './mailer.ts';

const LETTERS_KEPT = 20;

export interface DemoLetter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly language: string;
}

export interface DemoLetterbox extends Mailer {
  /** The letters kept, newest first. */
  letters(): readonly DemoLetter[];
}

export function demoLetterbox(): DemoLetterbox {
  const kept: DemoLetter[] = [];
  return {
    async send({ letter, address }: Sending) {
      kept.unshift({
        to: address,
        subject: letter.subject,
        text: letter.text,
        language: letter.language,
      });
      kept.length = Math.min(kept.length, LETTERS_KEPT);
      return { kind: 'sent' };
    },
    letters: () => [...kept],
    async close() {},
  };
}
