-- An account that takes no new gifts for now, and nothing else changes: nobody is asked to go on elsewhere.
alter table processor_account drop constraint processor_account_status_check;
alter table processor_account add constraint processor_account_status_check
  check (status in ('active', 'resting', 'draining', 'dropped'));
alter table account_act drop constraint account_act_kind_check;
alter table account_act add constraint account_act_kind_check
  check (kind in ('activate', 'rest', 'drain', 'drop', 'not-charged', 'charged'));
