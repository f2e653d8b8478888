/**
 * How the reference page looks.
 *
 * @module
 */

/** The style sheet of the page. */
export const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent);
  --code: ui-monospace, monospace; }
* { box-sizing: border-box; }
body { margin: 0; display: flex; font: 15px/1.5 system-ui, sans-serif; }
nav { flex: 0 0 21rem; height: 100vh; position: sticky; top: 0; overflow: auto;
  padding: 0 1rem 2rem; border-right: 1px solid var(--line); font-size: 13px; }
nav h4 { margin: 1.2rem 0 .3rem; }
nav a { display: flex; padding: 1px 0; color: inherit; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav b { flex: 0 0 2.6rem; font: 600 11px/20px var(--code); }
nav span { min-width: 0; overflow-wrap: anywhere; }
main { flex: 1; min-width: 0; max-width: 62rem; padding: 1rem 2rem 6rem; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
h2 { margin: 2rem 0 .8rem; }
h3 { margin: 0 0 .4rem; font-size: 1.05rem; }
h3 a { color: inherit; }
section p { margin: 0 0 .6rem; }
h1 small { font-size: 1rem; opacity: .6; }
code { font: 13px var(--code); overflow-wrap: anywhere; }
h3 code { font-size: inherit; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; table-layout: fixed; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: baseline; padding: 2px 1rem 2px 0; }
th { width: 9rem; font: 13px var(--code); overflow-wrap: anywhere; }
th i { display: block; opacity: .6; font-family: system-ui, sans-serif; }
th + td { width: 19rem; }
dl { display: grid; grid-template-columns: minmax(11rem, max-content) minmax(0, 1fr);
  gap: 2px 1rem; margin: 0; }
dt { font: 13px/22px var(--code); overflow-wrap: anywhere; }
dt i { opacity: .6; font-family: system-ui, sans-serif; }
dd { margin: 0; min-width: 0; }
dd dl, td dl { grid-template-columns: minmax(8rem, max-content) minmax(0, 1fr); }
ul { margin: 0; padding-left: 1.2rem; }
li + li { margin-top: .6rem; }
@media (max-width: 50rem) {
  body { display: block; }
  nav { height: auto; max-height: 40vh; position: static; border-right: 0;
    border-bottom: 1px solid var(--line); }
  main { padding: 1rem 1rem 4rem; }
  th { width: 6rem; }
  th + td { width: auto; }
  dl, dd dl, td dl { display: block; }
  dd { margin: 0 0 .3rem 1rem; }
}
`;
