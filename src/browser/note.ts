/**
 * The script of `/note.js`, a module: it runs once however often the page includes it, and a browser too old for modules
 * is too old for the element and stays silent.
 */
import { NoteElement } from './note-element.ts';

customElements.define('tuppence-note', NoteElement);
