/** Figures for people on a terminal, and as JSON lines for programs. */
import type { Figure } from './figure.ts';

export function jsonLine(figure: Figure): string {
  return JSON.stringify(figure);
}

/** A block of three lines per figure: tables wider than a terminal are read by nobody. */
export function figureLines(figure: Figure): readonly string[] {
  const verdict = figure.holds ? 'holds ' : 'MISSES';
  const ratio =
    figure.ratio === null
      ? ''
      : `ratio ${figure.ratio.toFixed(2)} ± ${(figure.spread ?? 0).toFixed(2)}  `;
  return [
    `${verdict}  ${figure.what}`,
    `        ${ratio}budget ${figure.budget}`,
    `        ${figure.absolute}; beside it ${figure.baseline}`,
    ...(figure.note === undefined ? [] : [`        ${figure.note}`]),
  ];
}

export function summaryLine(figures: readonly Figure[]): string {
  const missed = figures.filter((figure) => !figure.holds);
  const names = missed.map((figure) => figure.name).join(', ');
  return missed.length === 0
    ? `All ${figures.length} budgets hold.`
    : `${figures.length - missed.length} of ${figures.length} budgets hold; missed: ${names}.`;
}
