-- Of a company's message only its id, its kind and what it is about are kept: it is a hint to ask, and what it says is asked
-- for again. The rest can name a person, and what is never written cannot be seized (C6.3 of the safety checks).
alter table processor_event drop column body;
