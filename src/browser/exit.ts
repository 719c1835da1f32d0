/**
 * "Leave this page": with script the page is blanked at once and its history entry replaced, by the link or by pressing
 * Shift three times within two seconds. Without script it is a plain link. It cannot clear the history before it.
 */
const PRESSES = 3;
const WITHIN_MS = 2_000;

const link = document.querySelector<HTMLAnchorElement>('#exit');

function leave(): void {
  if (link === null) return;
  document.documentElement.hidden = true;
  document.title = '';
  location.replace(link.href);
}

link?.addEventListener('click', (event) => {
  event.preventDefault();
  leave();
});

let presses: number[] = [];
addEventListener('keydown', (event) => {
  if (event.key !== 'Shift' || event.repeat) return;
  presses = [...presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
  if (presses.length >= PRESSES) leave();
});
