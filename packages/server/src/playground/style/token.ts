/** The token, in its three colours. */
export const token = `.part.header { color: var(--header); }
.part.payload { color: var(--payload); }
.part.signature { color: var(--signature); }
.dot { color: var(--ink); font-weight: 700; }
.editor { position: relative; border: 1px solid var(--edge); border-radius: 12px; background: var(--well); }
.editor:focus-within { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.editor .paint, .editor textarea { margin: 0; padding: 0.75rem 0.875rem; font: 0.875rem/1.6 var(--mono); letter-spacing: 0; white-space: pre-wrap; word-break: break-all; overflow-wrap: anywhere; }
.editor .paint { position: absolute; inset: 0; pointer-events: none; overflow: hidden; }
.editor textarea { position: relative; display: block; width: 100%; min-height: 4rem; max-height: 26rem; border: 0; border-radius: 12px; outline: 0; background: none; color: var(--ink); -webkit-text-fill-color: transparent; caret-color: var(--ink); resize: none; overflow: auto; }
.editor textarea::placeholder { -webkit-text-fill-color: var(--faint); color: var(--faint); opacity: 1; }
.editor textarea::selection { background: color-mix(in srgb, var(--accent) 28%, transparent); }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; margin-top: 0.625rem; font-size: 0.875rem; font-weight: 600; }
.legend .part::before { content: ""; display: inline-block; width: 0.625rem; height: 0.625rem; margin-right: 0.375rem; border-radius: 3px; background: currentColor; }
.changed { margin-left: auto; padding: 0.0625rem 0.625rem; border-radius: 999px; background: var(--waitTint); color: var(--wait); }
.verdicts { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1rem; }
.pill { display: inline-flex; align-items: center; min-height: 1.75rem; padding: 0 0.75rem; border-radius: 999px; font-size: 0.875rem; font-weight: 600; text-decoration: none; overflow-wrap: anywhere; }
.pill.ok { background: var(--okTint); color: var(--ok); }
.pill.bad { background: var(--badTint); color: var(--bad); }
.pill.wait { background: var(--waitTint); color: var(--wait); }
.pill::before { content: ""; flex: none; width: 0.5rem; height: 0.5rem; margin-right: 0.5rem; border-radius: 50%; background: currentColor; }
.decoded { display: grid; gap: 0.75rem; margin-top: 1rem; }
.partBox { padding: 0.75rem 0.875rem 0.875rem; border-radius: 12px; border-left: 3px solid; }
.partBox.header { background: var(--headerTint); border-color: var(--header); }
.partBox.payload { background: var(--payloadTint); border-color: var(--payload); }
.partBox.signature { background: var(--signatureTint); border-color: var(--signature); }
.partBox small { color: var(--faint); font-weight: 450; font-size: 0.875rem; }
.json { display: block; width: 100%; margin: 0.5rem 0 0; padding: 0.625rem 0.75rem; border: 1px solid transparent; border-radius: 8px; background: color-mix(in srgb, var(--card) 72%, transparent); color: var(--ink); font: 0.8125rem/1.6 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; resize: vertical; }
textarea.json { border-color: color-mix(in srgb, var(--edge) 55%, transparent); }
textarea.json:focus-visible { outline-offset: 0; }
.facts { margin-top: 0.375rem; font-size: 0.9375rem; }
.factList { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.625rem 1rem; margin-top: 0.75rem; font-size: 0.9375rem; }
.factList dt { color: var(--faint); font-size: 0.8125rem; }
.factList dd { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.countdown { font-weight: 600; white-space: nowrap; }
.countdown.soon { color: var(--wait); }
.countdown.over { color: var(--bad); }
`;
