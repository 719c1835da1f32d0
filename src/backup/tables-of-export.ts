/**
 * Every table of a newsroom's database, and whether it travels in an export. One list, so that nothing is left behind or
 * carried along by accident: a test fails when a migration adds a table or a lease that this list does not name, and an
 * export refuses to be made.
 *
 * What travels is what the newsroom knows and owes. What stays is what one running program owns: its sessions, its leases,
 * its word on whether it may act. Two copies must never share those.
 */

export type TableRule =
  | {
      readonly travels: true;
      /** Columns that stay: what a running process owns. The restored row gets the column's default. */
      readonly without?: readonly string[];
    }
  | { readonly travels: false; readonly because: string };

const whole: TableRule = { travels: true };

export const TABLES_OF_EXPORT: Readonly<Record<string, TableRule>> = {
  // Giving
  processor_account: {
    travels: true,
    without: ['poll_lease_until', 'money_lease_until', 'fees_at'],
  },
  supporter: whole,
  mandate: whole,
  pledge: whole,
  pledge_change: whole,
  gift: { travels: true, without: ['lease_until', 'lease_owner'] },
  attempt: whole,
  processor_event: { travels: true, without: ['lease_until'] },
  ledger_account: whole,
  ledger_transfer: whole,
  ledger_checkpoint: whole,
  alarm: whole,
  alarm_act: whole,
  account_act: whole,
  money_fact: whole,
  money_act: whole,
  refund_order: { travels: true, without: ['lease_until'] },
  books_day: whole,
  books_difference: whole,
  // Supporters and letters: numbers as keyed hashes, addresses under their seal; the keys are files elsewhere.
  supporter_number: whole,
  contact: whole,
  outbox: { travels: true, without: ['lease_until'] },
  // Stories
  story: whole,
  story_version: whole,
  story_correction: whole,
  story_old_path: whole,
  // Appeals
  appeals: whole,
  appeal_variants: whole,
  appeal_texts: whole,
  appeal_switches: whole,
  appeal_counts: whole,
  experiment: whole,
  experiment_step: whole,
  // Safety
  listing_act: whole,
  // The demo's clock: its gifts lie in its own time.
  demo_state: whole,

  fee_observed: { travels: false, because: 'it is added up again from the books' },
  migration: {
    travels: false,
    because:
      'the manifest names every migration with its hash, and the restored database is built by them',
  },
  custody: {
    travels: false,
    because: 'it says whether this one database may act; a copy must not inherit that',
  },
  desk_link: { travels: false, because: 'one-use links into the desk of this copy' },
  desk_session: { travels: false, because: 'who is signed in at this copy' },
  appeal_revision: {
    travels: false,
    because: 'a number that only tells running processes that something changed',
  },
  story_revision: {
    travels: false,
    because: 'a number that only tells running processes that something changed',
  },
};

/** The rule of a table; undefined for one that nobody decided on. */
export function ruleOf(table: string): TableRule | undefined {
  return Object.hasOwn(TABLES_OF_EXPORT, table) ? TABLES_OF_EXPORT[table] : undefined;
}
