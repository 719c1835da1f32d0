/**
 * The newsroom's one colour, checked for contrast and lightened for dark pages (WCAG 2.2, relative luminance).
 */

const PAPER = '#fdfcf9';
const DARK_PAPER = '#171614';
/** AA for text. */
const NEEDED_CONTRAST = 4.5;

/** Contrast ratio of two colours written `#rrggbb`, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** Whether the colour can be read as text on paper, and white on it. */
export function isReadableAccent(accent: string): boolean {
  return (
    contrast(accent, PAPER) >= NEEDED_CONTRAST && contrast(accent, '#ffffff') >= NEEDED_CONTRAST
  );
}

/** The same hue, mixed with white until it can be read on the dark page. */
export function accentForDark(accent: string): string {
  for (let share = 0; share <= 20; share += 1) {
    const mixed = mixWithWhite(accent, share / 20);
    if (contrast(mixed, DARK_PAPER) >= NEEDED_CONTRAST + 0.5) return mixed;
  }
  return '#ffffff';
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mixWithWhite(colour: string, share: number): string {
  const mixed = channels(colour).map((channel) => Math.round(channel + (255 - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
