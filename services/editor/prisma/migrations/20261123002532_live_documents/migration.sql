-- CreateTable
CREATE TABLE "scene_document" (
    "id" BIGSERIAL NOT NULL,
    "scene_id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "generation" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "announced_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "scene_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scene_snapshot" (
    "document_id" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" BYTEA NOT NULL,
    "state_vector" BYTEA NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "scene_snapshot_pkey" PRIMARY KEY ("document_id")
);

-- CreateTable
CREATE TABLE "scene_update" (
    "document_id" BIGINT NOT NULL,
    "committed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "account_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "scene_update_pkey" PRIMARY KEY ("document_id","version")
);

-- CreateTable
CREATE TABLE "scene_unannounced" (
    "document_id" BIGINT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "scene_unannounced_pkey" PRIMARY KEY ("document_id")
);

-- CreateTable
CREATE TABLE "scene_history" (
    "document_id" BIGINT NOT NULL,
    "from_version" INTEGER NOT NULL,
    "to_version" INTEGER NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "account_ids" UUID[],
    "kind" TEXT NOT NULL,
    "data" BYTEA NOT NULL,

    CONSTRAINT "scene_history_pkey" PRIMARY KEY ("document_id","from_version")
);

-- CreateIndex
CREATE UNIQUE INDEX "scene_document_scene_id_key" ON "scene_document"("scene_id");

-- CreateIndex
CREATE INDEX "scene_document_book_id_idx" ON "scene_document"("book_id");

-- CreateIndex
CREATE INDEX "scene_unannounced_since_idx" ON "scene_unannounced"("since");

-- CreateIndex
CREATE INDEX "scene_history_kind_last_at_idx" ON "scene_history"("kind", "last_at");

-- AddForeignKey
ALTER TABLE "scene_snapshot" ADD CONSTRAINT "scene_snapshot_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "scene_document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scene_update" ADD CONSTRAINT "scene_update_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "scene_document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scene_unannounced" ADD CONSTRAINT "scene_unannounced_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "scene_document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scene_history" ADD CONSTRAINT "scene_history_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "scene_document"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Each commit changes a document's row: with room on its page the new version stays there, and no index is touched.
ALTER TABLE "scene_document" SET (fillfactor = 50);
