/** Colours of a generated cover. `type` is legible on `ground` (4.5:1), which test/app/cover.test.ts checks. */
export interface CoverPalette {
  readonly ground: string;
  readonly type: string;
  readonly shape: string;
  /** Of the label or band that some layouts set the title on. */
  readonly paper: string;
  readonly ink: string;
}

export const coverPalettes: readonly CoverPalette[] = [
  { ground: '#22385f', type: '#f2e8d0', shape: '#d8893b', paper: '#f4eddc', ink: '#22385f' },
  { ground: '#7a2e2b', type: '#f6e7d3', shape: '#e0a458', paper: '#f7efe0', ink: '#5e1f1d' },
  { ground: '#2d5a4a', type: '#f1ead6', shape: '#c9d6a3', paper: '#f5f0e0', ink: '#1f4437' },
  { ground: '#e8dcc3', type: '#2b2622', shape: '#b5482f', paper: '#fbf6ea', ink: '#2b2622' },
  { ground: '#c8552b', type: '#1f1410', shape: '#f5d6a8', paper: '#fbf3e4', ink: '#7a2c12' },
  { ground: '#33313b', type: '#efe9df', shape: '#8f7fb5', paper: '#f1ece4', ink: '#33313b' },
  { ground: '#d9e0dc', type: '#1f3a40', shape: '#4f8a8b', paper: '#f6f8f5', ink: '#1f3a40' },
  { ground: '#efc75e', type: '#2a2316', shape: '#2f5d62', paper: '#fdf6e1', ink: '#2a2316' },
  { ground: '#4b2d4f', type: '#f4e4e6', shape: '#d98a9c', paper: '#f8eeee', ink: '#4b2d4f' },
  { ground: '#16454f', type: '#eef0e2', shape: '#e3b23c', paper: '#f4f2e6', ink: '#12363e' },
  { ground: '#f0e9e2', type: '#3a2a2a', shape: '#7d97b8', paper: '#fdfaf6', ink: '#3a2a2a' },
  { ground: '#5b6236', type: '#f6f1db', shape: '#d9c27c', paper: '#f8f4e3', ink: '#3f4524' },
];
