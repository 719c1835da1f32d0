/** Calls that wait until a test lets them go on: slowness without a timer. */

export class SlowCalls {
  readonly #waiting: (() => void)[] = [];
  readonly #watchers: (() => void)[] = [];

  hold(): Promise<void> {
    const held = new Promise<void>((resolve) => this.#waiting.push(resolve));
    for (const watcher of this.#watchers.splice(0)) watcher();
    return held;
  }

  whenHeld(): Promise<void> {
    if (this.#waiting.length > 0) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  release(): void {
    for (const goOn of this.#waiting.splice(0)) goOn();
  }
}
