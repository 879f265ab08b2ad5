/** Text in HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Colours and letters of the house (LOOK.md), for the few pages that the gateway makes by itself. */
export const HOUSE_STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--surface:#fff;--ink:#1d1b16;--muted:#6b665a;--line:#e4dfd3;--accent:#2f4b7c;--positive:#2f6f4f;--warning:#9a6a12;--danger:#a4342c}
@media (prefers-color-scheme:dark){:root{--paper:#171613;--surface:#1f1e1a;--ink:#ece8df;--muted:#a39d8f;--line:#37342d;--accent:#8fb0e6;--positive:#7fbf9d;--warning:#d8a650;--danger:#e58a82}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 Inter,system-ui,sans-serif}
h1,h2{font-family:Literata,Georgia,serif;font-weight:600;line-height:1.25}
a{color:var(--accent)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:14px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:6px}
`;

const TITLES: Readonly<Record<number, string>> = {
  404: 'There is no such page',
  503: 'This page is taking a short rest',
  504: 'This page takes longer than usual',
};

/** A page for a person whose page cannot be had: what happened, what was kept, what to do. */
export const problemPage = (problem: { status: number; message: string; requestId: string }): string => {
  const title = TITLES[problem.status] ?? 'This page cannot be shown';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${problem.status === 503 ? '<meta http-equiv="refresh" content="5">' : ''}
<title>${title}</title>
<style>${HOUSE_STYLE}
main{max-width:34rem;margin:20vh auto 0;padding:24px}
h1{font-size:28px;margin:0 0 12px}
p{margin:0 0 16px}
small{color:var(--muted);font-size:14px}
</style>
<main>
<h1>${title}</h1>
<p>${escapeHtml(problem.message)}</p>
${problem.status >= 500 ? '<p>What you have saved is safe. This page tries again by itself; you can also <a href="">try now</a>.</p>' : '<p><a href="/">Go to your shelf</a></p>'}
<small>Request ${escapeHtml(problem.requestId)}</small>
</main>
</html>
`;
};
