/**
 * The design of the house. Sizes are relative and nothing has a colour, so that readers keep their own. What matters is
 * in the markup and not here: without this sheet a book is plain, and whole.
 */
export const styleSheet = `@charset "UTF-8";
@namespace epub "http://www.idpf.org/2007/ops";

body { margin: 0 5%; hyphens: auto; -epub-hyphens: auto; }
p { margin: 0; text-indent: 1.25em; widows: 2; orphans: 2; }
h1, h2, h3, h4, h5, h6 { font-weight: normal; line-height: 1.25; text-align: center; hyphens: none; -epub-hyphens: none; break-after: avoid; page-break-after: avoid; }
h1, h2 { font-size: 1.5em; margin: 3em 0 2em; }
h3 { font-size: 1.2em; margin: 2em 0 1em; }
h4, h5, h6 { font-size: 1em; font-style: italic; margin: 1.5em 0 1em; }
h1 + p, h2 + p, h3 + p, h4 + p, h5 + p, h6 + p, hr + p, section > p:first-child, blockquote > p:first-child, li > p, figure + p { text-indent: 0; }
em em { font-style: normal; }
a { color: inherit; }
sup, sub { line-height: 0; font-size: .75em; }
ul, ol { margin: 1em 0; padding: 0 0 0 1.5em; }
li > p + p { text-indent: 1.25em; }
blockquote { margin: 1em 2em; }
pre { margin: 1em 0; white-space: pre-wrap; font-size: .9em; hyphens: none; -epub-hyphens: none; }
figure { margin: 1.5em 0; text-align: center; break-inside: avoid; page-break-inside: avoid; }
img { max-width: 100%; height: auto; }
figcaption { margin-top: .5em; font-size: .9em; font-style: italic; }
hr.aw-scene-break { border: none; border-top: 1px solid; width: 20%; margin: 1.5em auto; }
.aw-no-indent { text-indent: 0; }
.aw-left { text-align: left; text-indent: 0; }
.aw-center { text-align: center; text-indent: 0; }
.aw-right { text-align: right; text-indent: 0; }
.aw-justify { text-align: justify; }
.aw-small-caps { font-variant: small-caps; }
.aw-blank { text-indent: 0; }
.aw-verse { margin: 1em 0 1em 1.5em; }
.aw-stanza { margin: 0 0 1em; text-indent: 0; hyphens: none; -epub-hyphens: none; }
.aw-stanza br { display: none; }
.aw-line { display: block; padding: 0 0 0 3em; text-indent: -3em; }
.aw-i1 { padding-left: 4em; } .aw-i2 { padding-left: 5em; } .aw-i3 { padding-left: 6em; } .aw-i4 { padding-left: 7em; }
.aw-i5 { padding-left: 8em; } .aw-i6 { padding-left: 9em; } .aw-i7 { padding-left: 10em; } .aw-i8 { padding-left: 11em; }
.aw-epigraph { margin: 2em 0 2em 25%; font-style: italic; }
.aw-epigraph em { font-style: normal; }
.aw-letter { margin: 1.5em 1.5em; }
.aw-footnotes { margin-top: 3em; font-size: .9em; }
.aw-footnotes > hr { border: none; border-top: 1px solid; width: 20%; margin: 1em 80% 1em 0; }
.aw-footnotes p { margin: 0 0 .5em; text-indent: 0; }
a[epub|type~="noteref"] { text-decoration: none; }
.aw-part h1, .aw-part h2 { margin: 35% 0 2em; }
.aw-title-page { text-align: center; }
.aw-title-page h1 { margin: 25% 0 .5em; font-size: 2em; }
.aw-title-page p { text-indent: 0; margin: .75em 0; }
.aw-title-page .aw-author { margin-top: 3em; font-size: 1.2em; }
.aw-imprint { margin-top: 50%; font-size: .9em; }
.aw-imprint p { text-indent: 0; text-align: left; }
.aw-cover { text-align: center; }
.aw-cover img { max-height: 95vh; }
nav ol { list-style: none; padding: 0; margin: 0; }
nav ol ol { padding: 0 0 0 1.5em; }
nav li { margin: .4em 0; }
nav a { text-decoration: none; }
`;
