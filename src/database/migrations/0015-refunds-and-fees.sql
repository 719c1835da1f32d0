-- Two things that rang as a mistake of ours are none: a processor's listing that nobody can read, which stands still until
-- somebody looks, and a refund that the processor refuses, after which somebody must say so to the person who waits for it.
-- Alarms that rang under the old name keep it: they say what was known then.
alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check check (
  kind in (
    'hold', 'unmatched', 'amount-changed', 'our-bug', 'unanswered', 'bound', 'refused-country', 'assertion', 'parked-event',
    'returned-too-much', 'books-differ', 'listing-unreadable', 'refund-refused'
  )
);

-- Our own key as the processor's record of a refund has it: it tells two equal refunds of one charge apart. Empty: its
-- record has none, somebody gave the money back on the processor's own pages. Null: it cannot say.
alter table money_fact
  add column refund_key text check (length(refund_key) <= 255),
  add constraint money_fact_key_of_refund check (refund_key is null or kind = 'refund');

-- A fee names no gift, whoever tells it first; it belongs to the group of its charge.
create index ledger_transfer_fee_group on ledger_transfer (group_id) where code = 11;
