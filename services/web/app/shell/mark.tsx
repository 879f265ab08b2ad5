/** The house's mark: a cloth-bound book with a proofreader's caret, the sign for "put words in here". */
export const Mark = ({ size = 26 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
    <rect x="4.5" y="3" width="23" height="26" rx="2.5" fill="var(--accent)" />
    <path d="M9 3v26" stroke="var(--paper)" strokeOpacity="0.35" strokeWidth="1" />
    <path d="M13 10.5h10.5" stroke="var(--accent-ink)" strokeOpacity="0.75" strokeWidth="1.6" strokeLinecap="round" />
    <path
      d="m13.5 21.5 4.75-6.5L23 21.5"
      fill="none"
      stroke="var(--accent-ink)"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
