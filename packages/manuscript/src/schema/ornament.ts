/** Signs that stand for a change of scene however few they are. */
const ORNAMENTS = new Set('*＊∗⁎⁑⁂⁕✱✲✳✴✵✶✷✸✹✺✻✼✽✾✢✣✤✥✦✧❀❁❂❃❄❅❆❇❈❉❊❋❖❦❧☙※#＃~∼～•·∙●○◆◇■□▪▫◦★☆❍✿✠☸⚜🙐🙑🙒🙓🙢🙣');
/** Lines make a scene break only when there are several: a single dash may be somebody's answer. */
const RULES = new Set('-‐‑‒–—―_=');
const RULES_NEEDED = 3;
const LONGEST = 60;

/**
 * Whether a paragraph of just this text is a scene break: `* * *`, `***`, `#`, `⁂`, `❦`, `~`, `---`, `— — —`, …
 * Not `…`, `—` or `?`, which people in books say.
 */
export const isOrnament = (text: string): boolean => {
  const bare = text.trim();
  if (bare === '' || bare.length > LONGEST) return false;
  let ornaments = 0;
  let rules = 0;
  for (const sign of bare) {
    if (ORNAMENTS.has(sign)) ornaments += 1;
    else if (RULES.has(sign)) rules += 1;
    else if (sign.trim() !== '' && sign !== '\ufe0e' && sign !== '\ufe0f') return false;
  }
  return ornaments > 0 || rules >= RULES_NEEDED;
};
