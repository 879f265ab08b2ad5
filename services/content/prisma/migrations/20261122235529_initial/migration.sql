-- CreateTable
CREATE TABLE "series" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "book" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "subtitle" TEXT NOT NULL DEFAULT '',
    "author_name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "language" TEXT NOT NULL,
    "series_id" UUID,
    "series_position" DOUBLE PRECISION,
    "cover_file_id" UUID,
    "word_goal" INTEGER,
    "word_count" INTEGER NOT NULL DEFAULT 0,
    "chapter_count" INTEGER NOT NULL DEFAULT 0,
    "scene_count" INTEGER NOT NULL DEFAULT 0,
    "slug" TEXT,
    "published_edition_id" UUID,
    "published_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "binned_at" TIMESTAMPTZ(3),

    CONSTRAINT "book_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "collaborator" (
    "id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "account_id" UUID,
    "role" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_key" TEXT NOT NULL,
    "invited_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "collaborator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node" (
    "id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "parent_id" UUID,
    "kind" TEXT NOT NULL,
    "rank" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "matter" TEXT NOT NULL DEFAULT 'body',
    "synopsis" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL DEFAULT 'draft',
    "word_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "binned_at" TIMESTAMPTZ(3),
    "bin_root_id" UUID,

    CONSTRAINT "node_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scene_text" (
    "scene_id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "hash" CHAR(64) NOT NULL,
    "doc" TEXT NOT NULL,
    "word_count" INTEGER NOT NULL,
    "image_file_ids" TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "scene_text_pkey" PRIMARY KEY ("scene_id")
);

-- CreateTable
CREATE TABLE "document" (
    "book_id" UUID NOT NULL,
    "hash" CHAR(64) NOT NULL,
    "doc" TEXT NOT NULL,
    "word_count" INTEGER NOT NULL,
    "image_file_ids" TEXT[],

    CONSTRAINT "document_pkey" PRIMARY KEY ("book_id","hash")
);

-- CreateTable
CREATE TABLE "revision" (
    "id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "scene_id" UUID NOT NULL,
    "hash" CHAR(64) NOT NULL,
    "name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "word_count" INTEGER NOT NULL,
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "text_move" (
    "id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "scene_id" UUID NOT NULL,
    "other_scene_id" UUID NOT NULL,
    "block_id" TEXT,
    "title" TEXT NOT NULL DEFAULT '',
    "account_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "text_move_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "account_name" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "size_bytes" INTEGER NOT NULL DEFAULT 0,
    "book_id" UUID NOT NULL,
    "appends" BOOLEAN NOT NULL,
    "job_id" UUID,
    "status" TEXT NOT NULL DEFAULT 'open',
    "report" JSONB,
    "error" JSONB,
    "image_file_ids" TEXT[],
    "source_kept" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "compilation" (
    "id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "edition_id" UUID,
    "format" TEXT NOT NULL,
    "requested_by" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "content_hash" CHAR(64),
    "file_id" UUID,
    "file_name" TEXT,
    "size_bytes" INTEGER,
    "sha256" CHAR(64),
    "report" JSONB,
    "error" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "compilation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "edition" (
    "id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "subtitle" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "notes" TEXT NOT NULL,
    "cover_file_id" UUID,
    "word_count" INTEGER NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "image_file_ids" TEXT[],
    "published_by" UUID NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "edition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "edition_node" (
    "edition_id" UUID NOT NULL,
    "node_id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "parent_id" UUID,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "matter" TEXT NOT NULL,
    "hash" CHAR(64),
    "word_count" INTEGER NOT NULL,

    CONSTRAINT "edition_node_pkey" PRIMARY KEY ("edition_id","node_id")
);

-- CreateTable
CREATE TABLE "reading_place" (
    "account_id" UUID NOT NULL,
    "book_id" UUID NOT NULL,
    "chapter_id" UUID NOT NULL,
    "block_id" TEXT,
    "fraction" DOUBLE PRECISION NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reading_place_pkey" PRIMARY KEY ("account_id","book_id")
);

-- CreateIndex
CREATE INDEX "series_owner_id_id_idx" ON "series"("owner_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "book_slug_key" ON "book"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "book_published_edition_id_key" ON "book"("published_edition_id");

-- CreateIndex
CREATE INDEX "book_series_id_idx" ON "book"("series_id");

-- CreateIndex
CREATE INDEX "book_cover_file_id_idx" ON "book"("cover_file_id");

-- CreateIndex
CREATE INDEX "collaborator_account_id_idx" ON "collaborator"("account_id");

-- CreateIndex
CREATE UNIQUE INDEX "collaborator_book_id_account_id_key" ON "collaborator"("book_id", "account_id");

-- CreateIndex
CREATE UNIQUE INDEX "node_book_id_id_key" ON "node"("book_id", "id");

-- CreateIndex
CREATE INDEX "scene_text_book_id_idx" ON "scene_text"("book_id");

-- CreateIndex
CREATE INDEX "revision_scene_id_id_idx" ON "revision"("scene_id", "id");

-- CreateIndex
CREATE INDEX "revision_book_id_hash_idx" ON "revision"("book_id", "hash");

-- CreateIndex
CREATE INDEX "text_move_book_id_idx" ON "text_move"("book_id");

-- CreateIndex
CREATE INDEX "text_move_created_at_idx" ON "text_move"("created_at");

-- CreateIndex
CREATE INDEX "text_move_other_scene_id_idx" ON "text_move"("other_scene_id");

-- CreateIndex
CREATE INDEX "import_account_id_id_idx" ON "import"("account_id", "id");

-- CreateIndex
CREATE INDEX "import_book_id_idx" ON "import"("book_id");

-- CreateIndex
CREATE INDEX "compilation_book_id_id_idx" ON "compilation"("book_id", "id");

-- CreateIndex
CREATE INDEX "compilation_edition_id_idx" ON "compilation"("edition_id");

-- CreateIndex
CREATE UNIQUE INDEX "edition_book_id_number_key" ON "edition"("book_id", "number");

-- CreateIndex
CREATE INDEX "edition_node_book_id_hash_idx" ON "edition_node"("book_id", "hash");

-- CreateIndex
CREATE INDEX "reading_place_account_id_updated_at_idx" ON "reading_place"("account_id", "updated_at");

-- CreateIndex
CREATE INDEX "reading_place_book_id_idx" ON "reading_place"("book_id");

-- AddForeignKey
ALTER TABLE "book" ADD CONSTRAINT "book_series_id_fkey" FOREIGN KEY ("series_id") REFERENCES "series"("id") ON DELETE SET NULL ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "book" ADD CONSTRAINT "book_published_edition_id_fkey" FOREIGN KEY ("published_edition_id") REFERENCES "edition"("id") ON DELETE SET NULL ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "collaborator" ADD CONSTRAINT "collaborator_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_book_id_parent_id_fkey" FOREIGN KEY ("book_id", "parent_id") REFERENCES "node"("book_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "scene_text" ADD CONSTRAINT "scene_text_scene_id_fkey" FOREIGN KEY ("scene_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "document" ADD CONSTRAINT "document_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "revision" ADD CONSTRAINT "revision_scene_id_fkey" FOREIGN KEY ("scene_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "revision" ADD CONSTRAINT "revision_book_id_hash_fkey" FOREIGN KEY ("book_id", "hash") REFERENCES "document"("book_id", "hash") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "text_move" ADD CONSTRAINT "text_move_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "text_move" ADD CONSTRAINT "text_move_scene_id_fkey" FOREIGN KEY ("scene_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "compilation" ADD CONSTRAINT "compilation_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "compilation" ADD CONSTRAINT "compilation_edition_id_fkey" FOREIGN KEY ("edition_id") REFERENCES "edition"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "edition" ADD CONSTRAINT "edition_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "edition_node" ADD CONSTRAINT "edition_node_edition_id_fkey" FOREIGN KEY ("edition_id") REFERENCES "edition"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "edition_node" ADD CONSTRAINT "edition_node_book_id_hash_fkey" FOREIGN KEY ("book_id", "hash") REFERENCES "document"("book_id", "hash") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "reading_place" ADD CONSTRAINT "reading_place_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "book"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- By hand: what Prisma cannot express.

-- Fractional indexes are compared byte by byte, whatever the database's own collation is.
ALTER TABLE "node" ALTER COLUMN "rank" TYPE text COLLATE "C";
-- Two siblings never share a place. Checked at commit, so that siblings can be spaced anew in one statement.
ALTER TABLE "node" ADD CONSTRAINT "node_place" UNIQUE NULLS NOT DISTINCT ("book_id", "parent_id", "rank") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "node" ADD CONSTRAINT "node_kind_check" CHECK ("kind" IN ('part', 'chapter', 'scene'));
ALTER TABLE "node" ADD CONSTRAINT "node_matter_check" CHECK ("matter" IN ('front', 'body', 'back'));
ALTER TABLE "node" ADD CONSTRAINT "node_status_check" CHECK ("status" IN ('outline', 'draft', 'revised', 'final'));
ALTER TABLE "node" ADD CONSTRAINT "node_bin_check" CHECK (("binned_at" IS NULL) = ("bin_root_id" IS NULL));
CREATE INDEX "node_bin_root_idx" ON "node" ("bin_root_id") WHERE "bin_root_id" IS NOT NULL;

ALTER TABLE "collaborator" ADD CONSTRAINT "collaborator_role_check" CHECK ("role" IN ('owner', 'co-author', 'editor', 'beta-reader'));
-- One owner, who has an account; one open invitation for each address.
ALTER TABLE "collaborator" ADD CONSTRAINT "collaborator_owner_check" CHECK ("role" <> 'owner' OR "account_id" IS NOT NULL);
CREATE UNIQUE INDEX "collaborator_owner_key" ON "collaborator" ("book_id") WHERE "role" = 'owner';
CREATE UNIQUE INDEX "collaborator_invitation_key" ON "collaborator" ("email_key", "book_id") WHERE "account_id" IS NULL;

-- When a book is deleted, its texts and what holds them go in one transaction, in whatever order: looked at when it commits.
ALTER TABLE "revision" ALTER CONSTRAINT "revision_book_id_hash_fkey" DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "edition_node" ALTER CONSTRAINT "edition_node_book_id_hash_fkey" DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX "book_public_idx" ON "book" ("published_at" DESC, "id" DESC) WHERE "published_edition_id" IS NOT NULL AND "binned_at" IS NULL;
CREATE INDEX "book_binned_idx" ON "book" ("binned_at") WHERE "binned_at" IS NOT NULL;

ALTER TABLE "text_move" ADD CONSTRAINT "text_move_kind_check" CHECK ("kind" IN ('split', 'merge'));
ALTER TABLE "revision" ADD CONSTRAINT "revision_reason_check" CHECK ("reason" IN ('named', 'before-restore', 'before-import', 'before-replace', 'published'));
ALTER TABLE "import" ADD CONSTRAINT "import_status_check" CHECK ("status" IN ('open', 'succeeded', 'failed', 'cancelled'));
ALTER TABLE "compilation" ADD CONSTRAINT "compilation_status_check" CHECK ("status" IN ('open', 'succeeded', 'failed', 'cancelled'));
CREATE INDEX "import_source_idx" ON "import" ("created_at") WHERE "source_kept";
CREATE INDEX "import_open_idx" ON "import" ("job_id") WHERE "status" = 'open';
CREATE INDEX "compilation_open_idx" ON "compilation" ("job_id") WHERE "status" = 'open';
CREATE INDEX "compilation_made_idx" ON "compilation" ("book_id", "format", "content_hash") WHERE "status" = 'succeeded';
