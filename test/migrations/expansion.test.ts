import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingsIn, statementsOf } from './expansion.ts';

const root = resolve(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const migrations = globSync(['services/*/prisma/migrations/*/migration.sql', 'packages/*/migrations/*/migration.sql'], {
  cwd: root,
}).toSorted();

describe('the migrations of the house', () => {
  it.each(migrations)('%s goes unnoticed by the version before it', (path) => {
    expect(findingsIn(readFileSync(join(root, path), 'utf8'), version)).toEqual([]);
  });
});

describe('a migration', () => {
  it.each([
    ['takes away a table', 'DROP TABLE book;', 'breaks'],
    ['takes away a column', 'ALTER TABLE "book" ADD COLUMN a int, DROP COLUMN "title";', 'breaks'],
    ['takes away a column without saying COLUMN', 'ALTER TABLE book DROP title;', 'breaks'],
    ['takes away a type', 'DROP TYPE "Genre";', 'breaks'],
    ['renames a column', 'ALTER TABLE book RENAME COLUMN title TO name;', 'breaks'],
    ['renames a table', 'ALTER TABLE book RENAME TO work;', 'breaks'],
    ['renames a value', `ALTER TYPE "Genre" RENAME VALUE 'a' TO 'b';`, 'breaks'],
    ['changes a type', 'ALTER TABLE book ALTER COLUMN title SET DATA TYPE varchar(9);', 'breaks'],
    ['changes a type, shorter', 'ALTER TABLE content.book ALTER title TYPE varchar(9);', 'breaks'],
    ['forbids nothing', 'ALTER TABLE book ALTER COLUMN title SET NOT NULL;', 'breaks'],
    ['drops a default', 'ALTER TABLE book ALTER COLUMN title DROP DEFAULT;', 'breaks'],
    ['asks for what the old version does not say', 'ALTER TABLE book ADD COLUMN "words" INTEGER NOT NULL;', 'breaks'],
    ['makes an index while writers wait', 'CREATE INDEX "book_title" ON "book"("title");', 'blocks'],
    ['makes an index with others', 'CREATE INDEX CONCURRENTLY a ON book (a); CREATE TABLE b (id int);', 'blocks'],
    ['writes the table anew', 'ALTER TABLE book ADD COLUMN id2 uuid NOT NULL DEFAULT gen_random_uuid();', 'blocks'],
    ['counts the table anew', 'ALTER TABLE book ADD seq bigint GENERATED ALWAYS AS IDENTITY;', 'blocks'],
    ['looks at all rows', 'ALTER TABLE book ADD CONSTRAINT c CHECK (words > 0);', 'blocks'],
    [
      'looks at all rows of two tables',
      'ALTER TABLE book ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES b(id);',
      'blocks',
    ],
    ['makes an index by a constraint', 'ALTER TABLE book ADD CONSTRAINT u UNIQUE (isbn);', 'blocks'],
    ['makes an index by a column', 'ALTER TABLE book ADD COLUMN isbn text UNIQUE;', 'blocks'],
    ['changes all rows', `UPDATE book SET title = 'a;b';`, 'blocks'],
    ['locks', 'LOCK TABLE book;', 'blocks'],
  ])('that %s is refused', (_, sql, kind) => {
    expect(findingsIn(sql, '1.0.0').map((finding) => finding.kind)).toContain(kind);
  });

  it.each([
    ['a column that may be empty', 'ALTER TABLE book ADD COLUMN subtitle text;'],
    ['a column with a default', `ALTER TABLE "book" ADD COLUMN "tags" TEXT[] NOT NULL DEFAULT ARRAY['a,b']::text[];`],
    ['a column with the time of now', 'ALTER TABLE book ADD made timestamptz NOT NULL DEFAULT now();'],
    [
      'a table with all that belongs to it',
      'CREATE TABLE "a" (id int NOT NULL); CREATE INDEX b ON "a"("id"); ALTER TABLE "a" ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES c(id);',
    ],
    [
      'an index beside those who write',
      '-- found by title\nCREATE INDEX CONCURRENTLY "book_title" ON "book"("title");',
    ],
    ['a constraint for what comes', 'ALTER TABLE book ADD CONSTRAINT c CHECK (words > 0) NOT VALID;'],
    ['a constraint that was looked at', 'ALTER TABLE book VALIDATE CONSTRAINT c;'],
    ['a constraint with an index that is there', 'ALTER TABLE book ADD CONSTRAINT u UNIQUE USING INDEX book_isbn;'],
    ['less strictness', 'ALTER TABLE book ALTER COLUMN title DROP NOT NULL;'],
    ['a value', `ALTER TYPE "Genre" ADD VALUE 'poem';`],
    [
      'a function that changes rows',
      'CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN UPDATE book SET a = 1; DROP TABLE b; END $$ LANGUAGE plpgsql;',
    ],
  ])('may add %s', (_, sql) => {
    expect(findingsIn(sql, '1.0.0')).toEqual([]);
  });

  it('contracts when it says what a release does without, and that release is out', () => {
    const drop = 'ALTER TABLE book DROP COLUMN subtitle;';
    const saying = (since: string): string => `-- contracts: nothing uses book.subtitle since ${since}\n${drop}`;
    expect(findingsIn(saying('0.9.0'), '0.10.0')).toEqual([]);
    expect(findingsIn(saying('0.10.0'), '0.10.0')).toEqual([]);
    expect(findingsIn(saying('0.11.0'), '0.10.0')).toHaveLength(1);
    expect(findingsIn(`-- contracts: nobody needs it\n${drop}`, '0.10.0')).toHaveLength(1);
    // that people wait is no contraction
    expect(findingsIn(`${saying('0.9.0')} CREATE INDEX i ON book (a);`, '0.10.0')).toMatchObject([{ kind: 'blocks' }]);
  });

  it('is read statement by statement, as PostgreSQL does it', () => {
    expect(statementsOf(`SELECT 'a;''b'; -- c;\nSELECT ";" /* ; */ , $x$ ; $$ ; $x$;`)).toEqual([
      "SELECT ''",
      'SELECT ";" , \'\'',
    ]);
  });
});
