-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "task" TEXT NOT NULL,
    "key" TEXT,
    "cause" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "progress" REAL NOT NULL DEFAULT 0,
    "note" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL,
    "starts" INTEGER NOT NULL DEFAULT 0,
    "checkpoint" JSONB,
    "output" JSONB,
    "error" JSONB,
    "cancel_wanted" BOOLEAN NOT NULL DEFAULT false,
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "run_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'starting',
    "node" TEXT,
    "note" TEXT,
    "log_mark" TEXT,
    "log_truncated" BOOLEAN NOT NULL DEFAULT false,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("run_id","number")
);

-- CreateTable
CREATE TABLE "log_part" (
    "seq" BIGSERIAL NOT NULL,
    "run_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "log_part_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "schedule" (
    "task" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "seen_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "schedule_pkey" PRIMARY KEY ("task")
);

-- CreateTable
CREATE TABLE "lease" (
    "name" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "run_key_key" ON "run"("key");

-- CreateIndex
CREATE INDEX "run_task_id_idx" ON "run"("task", "id");

-- CreateIndex
CREATE INDEX "run_finished_at_idx" ON "run"("finished_at");

-- CreateIndex
CREATE INDEX "log_part_run_id_attempt_seq_idx" ON "log_part"("run_id", "attempt", "seq");

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "log_part" ADD CONSTRAINT "log_part_run_id_attempt_fkey" FOREIGN KEY ("run_id", "attempt") REFERENCES "attempt"("run_id", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- Only these statuses, as in packages/contracts.
ALTER TABLE "run" ADD CONSTRAINT "run_status_check" CHECK ("status" IN ('queued', 'running', 'succeeded', 'failed', 'cancelled'));
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_status_check" CHECK ("status" IN ('starting', 'running', 'succeeded', 'failed', 'interrupted', 'cancelled'));

-- What is due, and what is under way: few rows of many.
CREATE INDEX "run_open" ON "run" ("run_at") WHERE "status" IN ('queued', 'running');
CREATE INDEX "attempt_open" ON "attempt" ("run_id") WHERE "ended_at" IS NULL;

-- Wakes whoever starts runs when a transaction with one commits. For each row: a statement that looked for due runs and
-- found none would wake the one who looked, for ever.
CREATE TRIGGER run_announce AFTER INSERT OR UPDATE OF status, cancel_wanted ON "run" FOR EACH ROW EXECUTE FUNCTION announce();
