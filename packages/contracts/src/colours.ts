/** Two houses stand beside each other while a version is changed; they share the data. */
export const colours = ['blue', 'green'] as const;

export type Colour = (typeof colours)[number];

/** The other house. */
export const otherColour = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');

/**
 * What both houses are told while one takes over from the other: files of one folder (a ConfigMap of the chart
 * authorworks-edge), which `platform/duty.ts` looks at and `packages/release` has changed.
 */
export const houseState = {
  configMap: 'house-state',
  /** The colour that does the background work; `none` in the moment between two. */
  working: 'working',
  nobody: 'none',
  /** The colours that people reach, separated by commas. */
  open: 'open',
} as const;

/** Tells a browser's requests which house its page came from; the chart authorworks-edge follows it. */
export const COLOUR_COOKIE = 'authorworks-colour';
