-- What the platform keeps in the schema of each service: see packages/platform/README.md.

-- Events to be published, written in the transaction of the rows that they tell of. Kept for a day after publishing,
-- so that a Redis that lost its data gets them again.
CREATE TABLE outbox (
  seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid NOT NULL UNIQUE,
  type         text NOT NULL,
  envelope     jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

-- Events that were handled, so that the second delivery of one does nothing.
CREATE TABLE inbox (
  event_id   uuid NOT NULL,
  listener   text NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (event_id, listener)
);
CREATE INDEX inbox_handled ON inbox (handled_at);

-- Events that a listener could not handle after all tries; replayed by an operator.
CREATE TABLE dead_letter (
  event_id  uuid NOT NULL,
  listener  text NOT NULL,
  envelope  jsonb NOT NULL,
  error     text NOT NULL,
  attempts  integer NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (event_id, listener)
);

-- Jobs. This table is the truth; BullMQ only tells workers when to look.
CREATE TABLE job (
  id            uuid PRIMARY KEY,
  type          text NOT NULL,
  input         jsonb NOT NULL,
  status        text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  progress      real NOT NULL DEFAULT 0,
  attempts      integer NOT NULL DEFAULT 0,
  max_attempts  integer NOT NULL,
  checkpoint    jsonb,
  output        jsonb,
  error         jsonb,
  cancel_wanted boolean NOT NULL DEFAULT false,
  context       jsonb NOT NULL DEFAULT '{}',
  lease         uuid,
  lease_until   timestamptz,
  run_at        timestamptz NOT NULL DEFAULT now(),
  dispatched_at timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  finished_at   timestamptz
);
CREATE INDEX job_open ON job (run_at) WHERE status IN ('queued', 'running');
CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;

-- Answers to POSTs that came with an Idempotency-Key; kept for a day.
CREATE TABLE idempotency (
  account_id   text NOT NULL,
  operation    text NOT NULL,
  key          text NOT NULL,
  request_hash text NOT NULL,
  status       integer,
  body         jsonb,
  started_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, operation, key)
);
CREATE INDEX idempotency_started ON idempotency (started_at);

-- Wakes the relays when a transaction with events or jobs commits.
CREATE FUNCTION announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify(TG_TABLE_SCHEMA || '_' || TG_TABLE_NAME, '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_announce AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION announce();
CREATE TRIGGER job_announce AFTER INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION announce();
