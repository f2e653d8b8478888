/**
 * How the reference page looks.
 *
 * @module
 */

/** The style sheet of the page. */
export const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
* { box-sizing: border-box; }
body { margin: 0; display: flex; font: 15px/1.5 system-ui, sans-serif; }
nav { flex: 0 0 19rem; height: 100vh; position: sticky; top: 0; overflow: auto; padding: 1rem;
  border-right: 1px solid var(--line); font-size: 13px; }
nav a { display: block; padding: 1px 0; color: inherit; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav b { font: 600 11px ui-monospace, monospace; }
main { flex: 1; min-width: 0; max-width: 60rem; padding: 1rem 2rem 6rem; }
section { border-top: 1px solid var(--line); padding: .5rem 0 1rem; overflow-x: auto; }
h1 small { font-size: 1rem; opacity: .6; }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: 3px 1rem 3px 0; font-weight: 400; }
th { font: 13px ui-monospace, monospace; white-space: nowrap; }
dl { margin: .2rem 0 .2rem 1rem; }
dt { font: 13px ui-monospace, monospace; }
dt i { opacity: .6; font-family: system-ui, sans-serif; }
dd { margin: 0 0 .2rem 1.5rem; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
@media (max-width: 50rem) { body { display: block; }
  nav { height: auto; position: static; border-right: 0; } }
`;
