/** Prints rows below each other, with the columns in line; figures to the right. */
export const printTable = (title: string, rows: readonly Readonly<Record<string, string | number>>[]): void => {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: string | number | undefined): string => String(value ?? '');
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => cell(row[column]).length)));
  const isFigure = (column: string): boolean => rows.every((row) => /^[-0-9.]*( [a-zA-Z%]+)?$/.test(cell(row[column])));
  const line = (row: Readonly<Record<string, string | number>>): string =>
    columns
      .map((column, index) =>
        isFigure(column)
          ? cell(row[column]).padStart(widths[index] ?? 0)
          : cell(row[column]).padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const head = Object.fromEntries(columns.map((column) => [column, column]));
  console.log([`\n${title}`, line(head), ...rows.map(line)].join('\n'));
};
