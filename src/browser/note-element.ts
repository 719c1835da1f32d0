/**
 * `<tuppence-note>`: the letter at a story's end. It first looks at the reader's own device; only if nothing there asks
 * for silence does it ask our server, once, shortly before it comes into view. It never moves what is on the page.
 */
import type { NoteAnswer } from '../appeals/answer.ts';
import { COOLDOWN_DAYS } from '../appeals/appeal.ts';
import { SLOTS, variantPosition } from '../appeals/assignment.ts';
import { choose } from '../appeals/choose.ts';
import { withView } from '../appeals/device-memory.ts';
import {
  cooledDown,
  DEVICE_RULES,
  type DeviceSideFacts,
  notQuiet,
} from '../appeals/device-rules.ts';
import { quietUntil, THREE_MONTHS, YEAR } from '../appeals/quiet.ts';
import { askOnce } from './ask.ts';
import { canKeep, changeDevice, readDevice, today } from './device-store.ts';
import { letter } from './letter.ts';
import style from './note.css';

/** Half of it on screen for this long is a true view, which counts for the cap. */
const VIEW_MS = 250;

/** The element that holds this page's letter: one per page view. */
let holder: NoteElement | null = null;

export class NoteElement extends HTMLElement {
  #observer: IntersectionObserver | undefined;
  #isStarted = false;

  connectedCallback(): void {
    const span = this.getAttribute('quiet');
    if (span !== null) {
      const time = span === 'year' ? YEAR : THREE_MONTHS;
      changeDevice({ quietUntil: quietUntil(time, today()) });
    } else if (!this.#isStarted) {
      this.#watch({ rootMargin: '100% 0px' }, (isNear) => {
        if (isNear && !this.#isStarted) this.#start().catch(() => this.#silent());
      });
    }
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
    if (holder === this) holder = null;
  }

  #watch(options: IntersectionObserverInit, seen: (isSeen: boolean) => void): void {
    this.#observer?.disconnect();
    this.#observer = new IntersectionObserver(
      (entries) => seen(entries.at(-1)?.isIntersecting === true),
      options,
    );
    this.#observer.observe(this);
  }

  async #start(): Promise<void> {
    this.#isStarted = true;
    this.#observer?.disconnect();
    const facts = this.#facts(COOLDOWN_DAYS);
    const { device } = facts;
    const slot = canKeep() ? (device.slot ?? drawnSlot()) : null;
    if (!facts.page.taken && notQuiet(facts) && cooledDown(facts)) {
      const answer = await askOnce(facts.page.language, slot);
      if (answer !== null && this.isConnected && this.#draw(answer, slot)) return;
    }
    this.#silent();
  }

  /** Returns whether a letter passed every rule and was drawn. */
  #draw(answer: NoteAnswer, slot: number | null): boolean {
    const { slotDay, stories } = readDevice();
    // Kept only where somebody is asked; stories are counted only while an appeal needs it.
    const counts = answer.appeals.some(
      ({ minStories, maxStories }) => (minStories ?? maxStories) !== null,
    );
    changeDevice({ slot, slotDay: slotDay ?? today(), stories: stories + Number(counts) });
    const facts = this.#facts(answer.cooldownDays);
    const { show, walks } = choose(answer.appeals, facts, DEVICE_RULES);
    const variant = show?.variants[variantPosition(show, slot)];
    if (show === null || variant === undefined) return false;
    holder = this;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${style}:host{min-height:${this.offsetHeight}px}`);
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const count = {
      appeal: show.id,
      variant: variant.id,
      language: answer.language,
      placement: slot === null ? 'story-no-slot' : 'story',
    } as const;
    root.replaceChildren(letter({ answer, appeal: show, variant, walks, count }));
    this.#countView(show.id);
    return true;
  }

  /** After a true view the cap and the cool-down know of it. */
  #countView(appealId: string): void {
    let timer = 0;
    this.#watch({ threshold: 0.5 }, (isSeen) => {
      clearTimeout(timer);
      if (!isSeen) return;
      timer = window.setTimeout(() => {
        this.#observer?.disconnect();
        changeDevice(withView(readDevice(), appealId, today()));
      }, VIEW_MS);
    });
  }

  /** Nothing is drawn. The kept space goes while nobody sees it; in view it stays, so that nothing moves. */
  #silent(): void {
    if (this.getBoundingClientRect().top >= innerHeight) this.replaceChildren();
  }

  #facts(cooldownDays: number): DeviceSideFacts {
    return {
      nowMs: Date.now(),
      today: today(),
      cooldownDays,
      page: {
        kind: 'story',
        section: this.getAttribute('section'),
        tags: (this.getAttribute('tags') ?? '').split(' '),
        language: this.lang,
        appeals: true,
        sensitive: this.hasAttribute('calm'),
        taken: holder !== null && holder !== this,
      },
      device: readDevice(),
    };
  }
}

function drawnSlot(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % SLOTS;
}
