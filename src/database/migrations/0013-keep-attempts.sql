-- What was tried, and what was told about money, is evidence: no statement takes all of it away. Single rows that must stay
-- are guarded by their own triggers; `truncate` passes those by, so it has triggers of its own.
create function refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'the rows of % are evidence and stay', tg_table_name using errcode = 'check_violation';
end $$;
create trigger attempt_no_truncate before truncate on attempt for each statement execute function refuse_truncate();
create trigger gift_no_truncate before truncate on gift for each statement execute function refuse_truncate();
create trigger pledge_no_truncate before truncate on pledge for each statement execute function refuse_truncate();
create trigger mandate_no_truncate before truncate on mandate for each statement execute function refuse_truncate();
create trigger money_fact_no_truncate before truncate on money_fact for each statement execute function refuse_truncate();
create trigger processor_event_no_truncate before truncate on processor_event for each statement execute function refuse_truncate();
