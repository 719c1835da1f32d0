/**
 * Which command was asked for. Each command is a file in this folder; one that is not needed is not loaded, so that
 * `start` answers quickly.
 */
import { Problem } from '../problems/index.ts';
import type { System } from './system.ts';

const USAGE = `Tuppence: reader support for independent newsrooms

  npm start                          start the newsroom (the demo, unless TUPPENCE_NEWSROOM names a file)
  npm test                           run every check
  npm run tuppence -- COMMAND        the commands below

  start [--only web|workers]         start the newsroom, or one more process of only this part
  import FILE|URL|FOLDER             bring stories in: RSS, Atom, JSON Feed, WordPress, Ghost, Markdown
  export FOLDER [--to age1…]         write everything into a folder, while the newsroom runs; import restores it
  resume                             let a restored newsroom collect again
  check [--json]                     verify the books of a running newsroom
  ledger [--day YYYY-MM-DD] [--json] print a day's journal and every balance at its end
  geo update FILE… | geo status      the country data by which it is decided who may be asked
  processors test                    look at every payment account, live, without moving money
  mandates import FILE               charge at another company what its old one handed on to it
  desk-link                          print a new one-time link to the desk
  cases FOLDER                       run case tables against the product's own functions
  bench [NAME…] [--quick] [--json]   print what everything costs, beside what the machine can do
  sandbox-bank [WEBHOOK-URL]         run the sandbox processor as a process of its own

Environment: DATABASE_URL, PORT, TUPPENCE_NEWSROOM, TUPPENCE_DATA, TUPPENCE_LOG. See docs/operating.md.`;

/** Runs one command; the answer is the exit code. Anything that goes wrong is said in a sentence. */
export async function runCommand(argv: readonly string[], system: System): Promise<number> {
  const [command = 'help', ...rest] = argv;
  try {
    return await dispatch(command, rest, system);
  } catch (error) {
    system.complain(error instanceof Error ? error.message : 'Something unexpected happened.');
    if (!(error instanceof Problem) && system.environment.TUPPENCE_LOG === 'debug') {
      system.complain(error instanceof Error ? (error.stack ?? '') : String(error));
    }
    return 1;
  }
}

async function dispatch(command: string, rest: readonly string[], system: System): Promise<number> {
  switch (command) {
    case 'start':
      return (await import('./start.ts')).start(rest, system);
    case 'import':
      return (await import('./import.ts')).importCommand(rest, system);
    case 'export':
      return (await import('./export.ts')).exportCommand(rest, system);
    case 'resume':
      return (await import('./resume.ts')).resumeCommand(rest, system);
    case 'check':
      return (await import('./check.ts')).check(rest, system);
    case 'ledger':
      return (await import('./ledger.ts')).ledgerCommand(rest, system);
    case 'geo':
      return (await import('./geo.ts')).geoCommand(rest, system);
    case 'processors':
      return (await import('./processors/test-processors.ts')).processorsCommand(rest, system);
    case 'mandates':
      return (await import('./mandates/import-mandates.ts')).mandatesCommand(rest, system);
    case 'desk-link':
      return (await import('./desk-link.ts')).deskLink(system);
    case 'cases':
      return (await import('./cases.ts')).casesCommand(rest, system);
    case 'sandbox-bank':
      return (await import('./sandbox-bank.ts')).sandboxBank(rest, system);
    case 'help':
    case '--help':
    case '-h':
      system.print(USAGE);
      return 0;
    default:
      system.complain(`There is no command "${command}".\n\n${USAGE}`);
      return 2;
  }
}
