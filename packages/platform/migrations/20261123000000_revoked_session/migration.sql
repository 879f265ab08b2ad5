-- Sessions that ended before their access tokens did; open sockets and new connections of theirs are refused. Kept for
-- longer than a token lives.
CREATE TABLE revoked_session (
  session_id uuid PRIMARY KEY,
  seq        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  revoked_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER revoked_session_announce AFTER INSERT ON revoked_session FOR EACH STATEMENT EXECUTE FUNCTION announce();
