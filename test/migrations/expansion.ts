// Whether a migration only adds: two houses, the old and the new version, use one database while a version is brought, and
// nobody may notice. What breaks the old version is a contraction; what makes people wait is never needed.

/** Why a statement is refused. */
export interface Finding {
  /** breaks: what the old version uses goes away or is forbidden. blocks: those who use the table wait. */
  readonly kind: 'breaks' | 'blocks';
  readonly why: string;
}

/** The statements of a migration, without comments; semicolons in texts and bodies of functions do not count. */
export const statementsOf = (sql: string): string[] => {
  const statements: string[] = [];
  let current = '';
  const pieces = sql.matchAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|;|[^;]/g);
  for (const [piece] of pieces) {
    if (piece === ';') {
      statements.push(current);
      current = '';
    } else current += /^(?:--|\/\*)/.test(piece) ? ' ' : /^(?:'|\$\w*\$)/.test(piece) ? "''" : piece;
  }
  return [...statements, current].map((one) => one.replace(/\s+/g, ' ').trim()).filter((one) => one !== '');
};

const NAME = '(?:"[^"]+"|\\w+)(?:\\.(?:"[^"]+"|\\w+))?';
const nameIn = (pattern: RegExp, statement: string): string | undefined =>
  pattern.exec(statement)?.[1]?.replaceAll('"', '').toLowerCase().split('.').at(-1);

const CREATED = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(${NAME})`, 'i');
/** The table that a statement changes. */
const CHANGED = new RegExp(
  `^(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?|CREATE (?:UNIQUE )?INDEX .*? ON (?:ONLY )?|UPDATE (?:ONLY )?|DELETE FROM (?:ONLY )?)(${NAME})`,
  'i',
);

/** Actions of ALTER TABLE; a comma in brackets does not end one. */
const actionsOf = (statement: string): string[] => {
  const body = statement.replace(new RegExp(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${NAME} `, 'i'), '');
  const actions = [''];
  let depth = 0;
  for (const letter of body) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (letter === ',' && depth === 0) actions.push('');
    else actions.push(`${actions.pop() ?? ''}${letter}`);
  }
  return actions.map((action) => action.trim());
};

type Rule = readonly [pattern: RegExp, kind: Finding['kind'], why: string];

const ofAnyStatement: readonly Rule[] = [
  [/^DROP (?!INDEX CONCURRENTLY)/i, 'breaks', 'what the old version uses goes away'],
  [/^TRUNCATE/i, 'breaks', 'what the old version uses goes away'],
  [/^ALTER .* RENAME /i, 'breaks', 'the old version knows the old name'],
  [/^(?:LOCK|CLUSTER|REINDEX(?! .*CONCURRENTLY)|VACUUM FULL)/i, 'blocks', 'everybody waits for it'],
];

const ofOlderTable: readonly Rule[] = [
  [
    /^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)/i,
    'blocks',
    'writers wait until it is made: CREATE INDEX CONCURRENTLY, alone in its migration',
  ],
  [/^(?:UPDATE|DELETE) /i, 'blocks', 'all rows are locked at once: let the service do it in pieces'],
];

const VOLATILE = /DEFAULT .*(?:gen_random_uuid|uuid\w*|random|clock_timestamp|nextval)\s*\(/i;

const ofAction: readonly Rule[] = [
  [
    /^DROP (?:COLUMN|CONSTRAINT|EXPRESSION|IDENTITY|(?!COLUMN|CONSTRAINT)["\w])/i,
    'breaks',
    'what the old version uses goes away',
  ],
  [/^RENAME/i, 'breaks', 'the old version knows the old name'],
  [
    /^ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE /i,
    'breaks',
    'the old version writes the old type, and the table is written anew',
  ],
  [/^ALTER (?:COLUMN )?\S+ DROP DEFAULT/i, 'breaks', 'the old version does not say the value'],
  [/^ALTER (?:COLUMN )?\S+ SET NOT NULL/i, 'breaks', 'the old version may leave it out'],
  [
    /^ADD (?!CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE)(?!.*\bDEFAULT\b)(?!.*\bGENERATED\b).*\bNOT NULL\b/i,
    'breaks',
    'the old version does not say it: a DEFAULT is missing',
  ],
  [
    /^ADD (?!CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE).*(?:\bGENERATED\b|\b(?:small|big)?serial\b)/i,
    'blocks',
    'the table is written anew',
  ],
  [
    /^ADD (?!CONSTRAINT).*\b(?:UNIQUE|PRIMARY KEY)\b/i,
    'blocks',
    'writers wait for the index: make it CONCURRENTLY, then USING INDEX',
  ],
  [
    /^ADD CONSTRAINT (?!.*USING INDEX).*\b(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b/i,
    'blocks',
    'writers wait for the index: make it CONCURRENTLY, then USING INDEX',
  ],
  [
    /^ADD (?:CONSTRAINT \S+ )?(?:FOREIGN KEY|CHECK)(?!.*NOT VALID)/i,
    'blocks',
    'all rows are looked at under a lock: NOT VALID, and VALIDATE CONSTRAINT in the next migration',
  ],
];

const foundBy = (rules: readonly Rule[], text: string): Finding[] =>
  rules
    .filter(([pattern]) => pattern.test(text))
    .map(([, kind, why]) => ({ kind, why: `${text.slice(0, 120)}: ${why}` }));

const CONTRACTS = /^-- contracts: nothing uses .+ since (\d+\.\d+\.\d+)\b/m;

const isLater = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const index = (a ?? []).findIndex((number, at) => number !== b?.[at]);
  return index >= 0 && (a?.[index] ?? 0) > (b?.[index] ?? 0);
};

/**
 * What is wrong with a migration.
 * @param released The newest release: a contraction may only take away what this one does not use any more.
 */
export const findingsIn = (sql: string, released: string): Finding[] => {
  const statements = statementsOf(sql);
  const created = new Set(statements.flatMap((one) => nameIn(CREATED, one) ?? []));
  const found = statements.flatMap((statement) => {
    const table = nameIn(CHANGED, statement);
    if (table === undefined || created.has(table)) return foundBy(ofAnyStatement, statement);
    const actions = /^ALTER TABLE /i.test(statement) ? actionsOf(statement) : [];
    return [
      ...foundBy(ofAnyStatement, statement),
      ...foundBy(ofOlderTable, statement),
      ...actions.flatMap((action) => [
        ...foundBy(ofAction, action),
        ...(/^ADD /i.test(action) && VOLATILE.test(action)
          ? [{ kind: 'blocks' as const, why: `${action}: the table is written anew, each row with another value` }]
          : []),
      ]),
    ];
  });
  if (statements.length > 1 && statements.some((one) => /^(?:CREATE|DROP) .*CONCURRENTLY/i.test(one)))
    found.push({ kind: 'blocks', why: 'CONCURRENTLY has to be alone in its migration' });
  const [, since] = CONTRACTS.exec(sql) ?? [];
  return since !== undefined && !isLater(since, released) ? found.filter(({ kind }) => kind !== 'breaks') : found;
};
