#!/bin/sh
# Makes the role of each service, with the password of its Secret. A role may make its own schema and sees no other's.
# Can be run again: passwords that have changed are set.
set -eu
export PGHOST=postgres PGUSER=postgres PGDATABASE="$HOUSE_DATABASE"
PGPASSWORD=$(cat "$SUPERUSER_PASSWORD_FILE")
export PGPASSWORD
# rules of the network know a new pod's address a moment after it has begun
until pg_isready -q; do sleep 1; done
for service in $SERVICES; do
  variable=$(printf '%s' "$service" | tr 'a-z-' 'A-Z_')_PASSWORD_FILE
  file=$(printenv "$variable")
  # psql reads the password from the file by itself, so that it is in no list of processes and no log
  psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set role="$service" --set database="$HOUSE_DATABASE" --set file="$file" <<'SQL'
\set password `cat :'file'`
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SELECT format('CREATE ROLE %I LOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
GRANT CONNECT, CREATE ON DATABASE :"database" TO :"role";
SQL
  echo "role $service"
done
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set database="$HOUSE_DATABASE" <<'SQL'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE CONNECT, TEMPORARY ON DATABASE :"database", postgres, template1 FROM PUBLIC;
SQL
