"use strict";(self.rspackChunkjupyter_runcfg=self.rspackChunkjupyter_runcfg||[]).push([[0],{15(r,n,e){var t=e(16),a=e.n(t),o=e(17),i=(e.n(o))()(a());i.push([r.id,`/* src/runs/style.css */
.runcfg-runs {
  --runcfg-runs-line: #e3e6ea;
  --runcfg-runs-accent: #2468d2;
  --runcfg-runs-good: #1a7f45;
  --runcfg-runs-bad: #c8322d;
  --runcfg-runs-warn: #96610a;
  margin: 4px 0;
  overflow: hidden;
  border: 1px solid var(--runcfg-runs-line);
  border-radius: 8px;
  color: var(--jp-ui-font-color1, var(--vscode-foreground, #1c2024));
  font-family: var(--jp-ui-font-family, system-ui, sans-serif);
  font-size: 13px;
  line-height: 20px;
}
.runcfg-runs[data-theme=dark] {
  --runcfg-runs-line: #ffffff1f;
  --runcfg-runs-accent: #6aa5ff;
  --runcfg-runs-good: #4cc97f;
  --runcfg-runs-bad: #ff7a70;
  --runcfg-runs-warn: #e8b04a;
  color: var(--jp-ui-font-color1, var(--vscode-foreground, #e6e8eb));
}
.runcfg-runs-head {
  padding: 8px 12px;
  font-weight: 600;
}
.runcfg-runs .runcfg-runs-notes {
  margin: 0;
  padding: 0 12px 8px;
  color: var(--jp-ui-font-color2, var(--vscode-descriptionForeground, #7d828b));
  font-size: 12px;
  line-height: 18px;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.runcfg-runs [hidden] {
  display: none !important;
}
.runcfg-runs-mark {
  padding: 0 4px;
  color: var(--runcfg-runs-warn);
  cursor: help;
}
.runcfg-runs-scroll {
  overflow-x: auto;
}
.runcfg-runs-table.runcfg-runs-table {
  width: 100%;
  margin: 0;
  border-spacing: 0;
  border-collapse: collapse;
  font-size: 13px;
}
.runcfg-runs-table.runcfg-runs-table th,
.runcfg-runs-table.runcfg-runs-table td {
  max-width: 26em;
  padding: 4px 12px;
  overflow: hidden;
  border-top: 1px solid var(--runcfg-runs-line);
  background: none;
  text-align: left;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg-runs-table.runcfg-runs-table th {
  color: var(--jp-ui-font-color2, var(--vscode-descriptionForeground, #7d828b));
  font-weight: 500;
}
.runcfg-runs-table.runcfg-runs-table .runcfg-runs-below > td {
  max-width: 0;
  padding: 0 12px 8px;
  border-top: 0;
  white-space: normal;
}
.runcfg-runs-value,
.runcfg-runs-time {
  font-variant-numeric: tabular-nums;
}
.runcfg-runs-cause {
  opacity: 0.72;
}
.runcfg-runs-status b {
  color: var(--runcfg-runs-accent);
  font-weight: 600;
}
.runcfg-runs-status[data-status=Completed] b {
  color: var(--runcfg-runs-good);
}
.runcfg-runs-status[data-status=Failed] b {
  color: var(--runcfg-runs-bad);
}
.runcfg-runs-status[data-status=Canceled] b,
.runcfg-runs-status[data-status=CancelRequested] b,
.runcfg-runs-status[data-status=NotResponding] b {
  color: var(--runcfg-runs-warn);
}
.runcfg-runs-status[data-status=Queued] b,
.runcfg-runs-status[data-status=NotStarted] b {
  color: inherit;
  opacity: 0.72;
}
.runcfg-runs-open {
  padding: 0 4px;
  border: 0;
  border-radius: 4px;
  background: none;
  color: inherit;
  cursor: pointer;
  font: inherit;
  font-weight: 600;
}
.runcfg-runs-open::before {
  display: inline-block;
  width: 1.2em;
  content: "▸";
  opacity: 0.72;
}
.runcfg-runs-open[aria-expanded=true]::before {
  content: "▾";
}
.runcfg-runs-open:focus-visible {
  outline: 2px solid var(--runcfg-runs-accent);
}

/* node_modules/uplot/dist/uPlot.min.css */
.uplot,
.uplot *,
.uplot *::before,
.uplot *::after {
  box-sizing: border-box;
}
.uplot {
  font-family:
    system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    "Helvetica Neue",
    Arial,
    "Noto Sans",
    sans-serif,
    "Apple Color Emoji",
    "Segoe UI Emoji",
    "Segoe UI Symbol",
    "Noto Color Emoji";
  line-height: 1.5;
  width: min-content;
}
.u-title {
  text-align: center;
  font-size: 18px;
  font-weight: bold;
}
.u-wrap {
  position: relative;
  user-select: none;
}
.u-over,
.u-under {
  position: absolute;
}
.u-under {
  overflow: hidden;
}
.uplot canvas {
  display: block;
  position: relative;
  width: 100%;
  height: 100%;
}
.u-axis {
  position: absolute;
}
.u-legend {
  font-size: 14px;
  margin: auto;
  text-align: center;
}
.u-inline {
  display: block;
}
.u-inline * {
  display: inline-block;
}
.u-inline tr {
  margin-right: 16px;
}
.u-legend th {
  font-weight: 600;
}
.u-legend th > * {
  vertical-align: middle;
  display: inline-block;
}
.u-legend .u-marker {
  width: 1em;
  height: 1em;
  margin-right: 4px;
  background-clip: padding-box !important;
}
.u-inline.u-live th::after {
  content: ":";
  vertical-align: middle;
}
.u-inline:not(.u-live) .u-value {
  display: none;
}
.u-series > * {
  padding: 4px;
}
.u-series th {
  cursor: pointer;
}
.u-legend .u-off > * {
  opacity: 0.3;
}
.u-select {
  background: rgba(0, 0, 0, 0.07);
  position: absolute;
  pointer-events: none;
}
.u-cursor-x,
.u-cursor-y {
  position: absolute;
  left: 0;
  top: 0;
  pointer-events: none;
  will-change: transform;
}
.u-hz .u-cursor-x,
.u-vt .u-cursor-y {
  height: 100%;
  border-right: 1px dashed #607D8B;
}
.u-hz .u-cursor-y,
.u-vt .u-cursor-x {
  width: 100%;
  border-bottom: 1px dashed #607D8B;
}
.u-cursor-pt {
  position: absolute;
  top: 0;
  left: 0;
  border-radius: 50%;
  border: 0 solid;
  pointer-events: none;
  will-change: transform;
  background-clip: padding-box !important;
}
.u-axis.u-off,
.u-select.u-off,
.u-cursor-x.u-off,
.u-cursor-y.u-off,
.u-cursor-pt.u-off {
  display: none;
}

/* src/widget/style.css */
.runcfg {
  --runcfg-text: var(--jp-ui-font-color1, var(--vscode-foreground, #1c2024));
  --runcfg-muted: var(--jp-ui-font-color2, var(--vscode-descriptionForeground, #60646c));
  --runcfg-surface: var(--jp-layout-color1, var(--vscode-editor-background, #fff));
  --runcfg-log-bg: #f7f8fa;
  --runcfg-line: #e3e6ea;
  --runcfg-accent: #2468d2;
  --runcfg-good: #1a7f45;
  --runcfg-bad: #c8322d;
  --runcfg-warn: #96610a;
  --runcfg-idle: #60646c;
  --runcfg-canvas-text: #6a6f78;
  --runcfg-canvas-grid: #1c202412;
  --runcfg-canvas-fill: #2468d214;
  --runcfg-series-0: #2468d2;
  --runcfg-series-1: #c2570c;
  --runcfg-series-2: #1a7f45;
  --runcfg-series-3: #9b3fb0;
  --runcfg-series-4: #0c7c8c;
  --runcfg-series-5: #b3326b;
  --runcfg-series-6: #7a6a00;
  --runcfg-series-7: #5b5fc7;
  --runcfg-found: #ffe08a;
  --runcfg-ansi-0: #2b2f36;
  --runcfg-ansi-1: #c0322c;
  --runcfg-ansi-2: #1a7f45;
  --runcfg-ansi-3: #8f6400;
  --runcfg-ansi-4: #2468d2;
  --runcfg-ansi-5: #9b3fb0;
  --runcfg-ansi-6: #0c7c8c;
  --runcfg-ansi-7: #6a6f78;
  --runcfg-ansi-8: #7d828b;
  --runcfg-ansi-9: #d9453e;
  --runcfg-ansi-10: #22934f;
  --runcfg-ansi-11: #a87600;
  --runcfg-ansi-12: #3d80ea;
  --runcfg-ansi-13: #b356c8;
  --runcfg-ansi-14: #1493a5;
  --runcfg-ansi-15: #454a53;
  box-sizing: border-box;
  container-type: inline-size;
  margin: 4px 0;
  padding: 0;
  overflow: hidden;
  border: 1px solid var(--runcfg-line);
  border-radius: 8px;
  background: var(--runcfg-surface);
  color: var(--runcfg-text);
  font-family: var(--jp-ui-font-family, system-ui, sans-serif);
  font-size: 13px;
  line-height: 20px;
  text-align: left;
}
.runcfg[data-theme=dark] {
  --runcfg-text: var(--jp-ui-font-color1, var(--vscode-foreground, #e6e8eb));
  --runcfg-muted: var(--jp-ui-font-color2, var(--vscode-descriptionForeground, #9ba1a9));
  --runcfg-surface: var(--jp-layout-color1, var(--vscode-editor-background, #16181b));
  --runcfg-log-bg: #0000002e;
  --runcfg-line: #ffffff1f;
  --runcfg-accent: #6aa5ff;
  --runcfg-good: #4cc97f;
  --runcfg-bad: #ff7a70;
  --runcfg-warn: #e8b04a;
  --runcfg-idle: #a3a9b2;
  --runcfg-canvas-text: #a0a6ae;
  --runcfg-canvas-grid: #ffffff14;
  --runcfg-canvas-fill: #6aa5ff1f;
  --runcfg-series-0: #6aa5ff;
  --runcfg-series-1: #ff9d5c;
  --runcfg-series-2: #4cc97f;
  --runcfg-series-3: #d68ae8;
  --runcfg-series-4: #4fc7d6;
  --runcfg-series-5: #ff86b3;
  --runcfg-series-6: #d9c04a;
  --runcfg-series-7: #a5a8ff;
  --runcfg-found: #7a5c00;
  --runcfg-ansi-0: #5c626c;
  --runcfg-ansi-1: #ff7a70;
  --runcfg-ansi-2: #4cc97f;
  --runcfg-ansi-3: #e0b050;
  --runcfg-ansi-4: #6aa5ff;
  --runcfg-ansi-5: #d68ae8;
  --runcfg-ansi-6: #4fc7d6;
  --runcfg-ansi-7: #c3c8cf;
  --runcfg-ansi-8: #868c96;
  --runcfg-ansi-9: #ff938b;
  --runcfg-ansi-10: #6fdc9a;
  --runcfg-ansi-11: #f1c76f;
  --runcfg-ansi-12: #8dbbff;
  --runcfg-ansi-13: #e6a6f4;
  --runcfg-ansi-14: #78dbe7;
  --runcfg-ansi-15: #f2f4f6;
}
.runcfg *,
.runcfg *::before {
  box-sizing: border-box;
}
.runcfg [hidden] {
  display: none !important;
}
.runcfg p,
.runcfg figure {
  margin: 0;
}
.runcfg-header {
  padding: 10px 12px;
}
.runcfg-row {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 12px;
  min-height: 28px;
}
.runcfg-pill {
  --tone: var(--runcfg-idle);
  display: inline-flex;
  align-items: center;
  gap: 7px;
  padding: 2px 10px 2px 9px;
  border-radius: 999px;
  background: color-mix(in srgb, var(--tone) 13%, transparent);
  color: var(--tone);
  font-weight: 600;
  white-space: nowrap;
}
.runcfg-pill[data-tone=live] {
  --tone: var(--runcfg-accent);
}
.runcfg-pill[data-tone=good] {
  --tone: var(--runcfg-good);
}
.runcfg-pill[data-tone=bad] {
  --tone: var(--runcfg-bad);
}
.runcfg-pill[data-tone=warn] {
  --tone: var(--runcfg-warn);
}
.runcfg-dot {
  width: 8px;
  height: 8px;
  border-radius: 50%;
  background: currentColor;
}
.runcfg-pill[data-tone=live] .runcfg-dot {
  animation: runcfg-breathe 2s ease-in-out infinite;
}
@keyframes runcfg-breathe {
  50% {
    opacity: 0.35;
  }
}
@media (prefers-reduced-motion: reduce) {
  .runcfg-pill[data-tone=live] .runcfg-dot {
    animation: none;
  }
}
.runcfg-label {
  font-weight: 600;
  font-size: 14px;
}
.runcfg-name {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg-script {
  min-width: 0;
  overflow: hidden;
  font-family: var(--jp-code-font-family, ui-monospace, monospace);
  font-size: 12px;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg-target {
  color: var(--runcfg-muted);
  white-space: nowrap;
}
.runcfg-target::before {
  content: "on ";
}
.runcfg-actions {
  display: flex;
  align-items: center;
  gap: 6px;
  margin-left: auto;
}
.runcfg-elapsed {
  margin-right: 6px;
  color: var(--runcfg-muted);
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.runcfg .runcfg-button {
  padding: 3px 11px;
  border: 1px solid var(--runcfg-line);
  border-radius: 6px;
  background: var(--runcfg-surface);
  color: var(--runcfg-text);
  font: inherit;
  font-size: 12px;
  cursor: pointer;
}
.runcfg .runcfg-button:hover:not(:disabled) {
  border-color: var(--runcfg-muted);
}
.runcfg .runcfg-button:disabled {
  color: var(--runcfg-muted);
  cursor: default;
}
.runcfg .runcfg-cancel:hover:not(:disabled) {
  border-color: var(--runcfg-bad);
  color: var(--runcfg-bad);
}
.runcfg .runcfg-button:focus-visible,
.runcfg-log:focus-visible {
  outline: 2px solid var(--runcfg-accent);
  outline-offset: 1px;
}
.runcfg-log:focus-visible {
  outline-offset: -2px;
}
.runcfg-tags {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  padding-top: 6px;
  font-size: 12px;
  line-height: 18px;
}
.runcfg-tag {
  max-width: 100%;
  padding: 0 6px;
  overflow: hidden;
  border: 1px solid var(--runcfg-line);
  border-radius: 4px;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg-header[data-failed] .runcfg-reason {
  margin-top: 8px;
  padding: 0 0 0 10px;
  border-left: 3px solid var(--runcfg-bad);
}
.runcfg-reason,
.runcfg-notice,
.runcfg-sent {
  padding-top: 4px;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.runcfg .runcfg-earlier {
  display: flex;
  align-items: center;
  gap: 8px;
  padding-top: 6px;
  font-size: 12px;
}
.runcfg-what {
  padding-bottom: 2px;
}
.runcfg .runcfg-code {
  margin: 4px 0;
  padding: 4px 8px;
  overflow: auto;
  border-radius: 4px;
  background: var(--runcfg-log-bg);
  color: var(--runcfg-muted);
  font-family: var(--jp-code-font-family, ui-monospace, monospace);
  font-size: 12px;
  line-height: 18px;
  white-space: pre;
}
.runcfg-marked {
  color: var(--runcfg-text);
  font-weight: 600;
}
.runcfg-notice {
  color: var(--runcfg-warn);
}
.runcfg-sent {
  color: var(--runcfg-muted);
  font-size: 12px;
  line-height: 18px;
}
.runcfg-steps {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 6px;
  margin: 6px 0 0;
  padding: 0;
  color: var(--runcfg-muted);
  font-size: 12px;
  line-height: 18px;
  list-style: none;
}
.runcfg-step {
  display: inline-flex;
  align-items: baseline;
  gap: 5px;
  white-space: nowrap;
}
.runcfg-step:not(:last-child)::after {
  content: "›";
  opacity: 0.6;
}
.runcfg-step[data-standing=open] .runcfg-step-name {
  color: var(--runcfg-accent);
  font-weight: 600;
}
.runcfg-step[data-standing=over] .runcfg-step-name {
  color: var(--runcfg-text);
}
.runcfg-step-time {
  font-variant-numeric: tabular-nums;
}
.runcfg .runcfg-where {
  padding: 0;
  border: 0;
  background: none;
  color: var(--runcfg-accent);
  text-align: left;
  overflow-wrap: anywhere;
}
.runcfg .runcfg-where:hover {
  text-decoration: underline;
}

/* src/widget/controls.css */
.runcfg-tabs {
  display: flex;
  gap: 2px;
  padding: 0 8px;
  overflow-x: auto;
  border-bottom: 1px solid var(--runcfg-line);
  scrollbar-width: none;
}
.runcfg .runcfg-tab {
  display: inline-flex;
  align-items: center;
  gap: 5px;
  padding: 5px 9px 6px;
  border: 0;
  border-bottom: 2px solid transparent;
  background: none;
  color: var(--runcfg-muted);
  font: inherit;
  font-size: 12px;
  white-space: nowrap;
  cursor: pointer;
}
.runcfg .runcfg-tab:hover {
  color: var(--runcfg-text);
}
.runcfg .runcfg-tab[aria-selected=true] {
  border-bottom-color: var(--runcfg-accent);
  color: var(--runcfg-text);
  font-weight: 600;
}
.runcfg .runcfg-tab:focus-visible,
.runcfg .runcfg-input:focus-visible,
.runcfg-table-frame:focus-visible,
.runcfg-code:focus-visible {
  outline: 2px solid var(--runcfg-accent);
  outline-offset: -2px;
}
.runcfg-badge {
  padding: 0 6px;
  border-radius: 999px;
  background: var(--runcfg-log-bg);
  font-weight: 400;
  font-size: 11px;
  line-height: 16px;
}
.runcfg .runcfg-input {
  min-width: 0;
  height: 24px;
  padding: 0 8px;
  border: 1px solid var(--runcfg-line);
  border-radius: 6px;
  background: var(--runcfg-surface);
  color: var(--runcfg-text);
  font: inherit;
  font-size: 12px;
}
.runcfg .runcfg-input[aria-invalid=true] {
  border-color: var(--runcfg-bad);
}
.runcfg-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px;
}
.runcfg .runcfg-tools .runcfg-button,
.runcfg .runcfg-finder .runcfg-button,
.runcfg-file-row .runcfg-button,
.runcfg .runcfg-facts .runcfg-button,
.runcfg .runcfg-log-hidden .runcfg-button {
  padding: 1px 8px;
  color: var(--runcfg-muted);
}
.runcfg .runcfg-toggle[aria-pressed=true] {
  border-color: var(--runcfg-accent);
  background: var(--runcfg-canvas-fill);
  color: var(--runcfg-accent);
}
.runcfg-unseen {
  position: fixed;
  opacity: 0;
}

/* src/widget/log.css */
.runcfg-log-bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 8px;
  padding: 6px 12px;
  font-size: 12px;
}
.runcfg-finder {
  display: flex;
  flex: 1 1 220px;
  align-items: center;
  justify-content: flex-end;
  gap: 4px;
  min-width: 0;
}
.runcfg-finder .runcfg-input {
  flex: 0 1 180px;
}
.runcfg-found-count {
  order: -1;
  overflow: hidden;
  color: var(--runcfg-muted);
  font-variant-numeric: tabular-nums;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg .runcfg-found {
  border-radius: 2px;
  background: var(--runcfg-found);
  color: var(--runcfg-text);
}
.runcfg .runcfg-mod-current {
  background: var(--runcfg-canvas-fill);
  box-shadow: inset 3px 0 var(--runcfg-accent);
}
.runcfg-ruler {
  position: absolute;
  top: 0;
  visibility: hidden;
}
.runcfg-title {
  font-weight: 600;
}
.runcfg-log-count {
  color: var(--runcfg-muted);
  font-variant-numeric: tabular-nums;
}
.runcfg-log-hidden {
  padding: 0 12px 6px;
  color: var(--runcfg-warn);
  font-size: 12px;
  overflow-wrap: anywhere;
}
.runcfg-log-frame {
  position: relative;
}
.runcfg-log {
  position: relative;
  overflow: auto;
  min-height: 36px;
  max-height: 80vh;
  resize: vertical;
  border-top: 1px solid var(--runcfg-line);
  background: var(--runcfg-log-bg);
  font-family: var(--jp-code-font-family, ui-monospace, monospace);
  font-size: 12px;
  line-height: 18px;
  tab-size: 8;
  white-space: pre;
  overscroll-behavior: contain;
  scrollbar-width: thin;
}
.runcfg-log-rows {
  position: absolute;
  inset: 0;
}
.runcfg-line {
  position: absolute;
  left: 0;
  min-width: 100%;
  height: 18px;
  padding: 0 12px;
}
.runcfg .runcfg-latest {
  position: absolute;
  right: 20px;
  bottom: 14px;
  border-radius: 999px;
  box-shadow: 0 2px 8px #0002;
}
.runcfg-mod-wrap .runcfg-line {
  right: 0;
  height: auto;
  min-height: 18px;
  white-space: pre-wrap;
  word-break: break-all;
}

/* src/widget/charts.css */
.runcfg-metrics {
  padding: 0 12px 12px;
  border-bottom: 1px solid var(--runcfg-line);
}
.runcfg-grid {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr));
  gap: 10px;
  align-items: start;
}
.runcfg .runcfg-card {
  min-width: 0;
  padding: 8px 4px 4px;
  border: 1px solid var(--runcfg-line);
  border-radius: 6px;
}
.runcfg-chart-tools {
  padding: 8px 0;
}
.runcfg-chart-tools .runcfg-title {
  margin-right: auto;
  font-size: 12px;
}
.runcfg-slider {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  padding-left: 6px;
  color: var(--runcfg-muted);
  font-size: 12px;
}
.runcfg-slider input {
  width: 84px;
  margin: 0;
  accent-color: var(--runcfg-accent);
}
.runcfg-legend {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 12px;
  padding: 0 8px;
}
.runcfg-entry {
  display: inline-flex;
  flex: 1;
  align-items: baseline;
  min-width: 0;
  gap: 6px;
}
.runcfg-chart-title {
  min-width: 0;
  overflow: hidden;
  font-weight: 600;
  font-size: 12px;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg-chart-title ~ .runcfg-entry {
  flex: none;
  max-width: 100%;
}
.runcfg-chart-title ~ .runcfg-entry .runcfg-metric {
  flex: initial;
}
.runcfg-swatch {
  flex: none;
  width: 8px;
  height: 8px;
  border-radius: 2px;
}
.runcfg-tooltip {
  position: absolute;
  top: 4px;
  z-index: 2;
  max-width: 220px;
  padding: 4px 8px;
  border: 1px solid var(--runcfg-line);
  border-radius: 6px;
  background: var(--runcfg-surface);
  font-size: 12px;
  line-height: 18px;
  pointer-events: none;
}
.runcfg-tooltip-head {
  color: var(--runcfg-muted);
  font-variant-numeric: tabular-nums;
}
.runcfg-tooltip-row {
  display: flex;
  align-items: baseline;
  gap: 6px;
}
.runcfg-metric {
  flex: 1;
  min-width: 0;
  overflow: hidden;
  color: var(--runcfg-muted);
  font-size: 12px;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg-mod-long {
  display: flex;
}
.runcfg-metric-start {
  min-width: 1em;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: pre;
}
.runcfg-metric-end {
  flex: none;
  white-space: pre;
}
.runcfg-at {
  color: var(--runcfg-muted);
  font-size: 12px;
  font-variant-numeric: tabular-nums;
}
.runcfg-value {
  font-weight: 600;
  font-size: 14px;
  font-variant-numeric: tabular-nums;
}
.runcfg-plot {
  width: 100%;
  overflow: hidden;
}
.runcfg-mod-single .runcfg-plot {
  height: 0;
}
.runcfg .runcfg-mod-single {
  padding-bottom: 8px;
}
.runcfg .u-cursor-x {
  border-right: 1px solid var(--runcfg-muted);
  opacity: 0.5;
}
.runcfg .runcfg-more {
  margin-top: 10px;
}
.runcfg .u-select {
  background: var(--runcfg-canvas-fill);
}

/* src/widget/panels.css */
.runcfg-panel {
  padding: 10px 12px 12px;
}
.runcfg .runcfg-empty {
  padding: 2px 0;
  color: var(--runcfg-muted);
  font-size: 12px;
}
.runcfg-media-grid {
  grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr));
}
.runcfg .runcfg-media {
  min-width: 0;
  overflow: hidden;
  border: 1px solid var(--runcfg-line);
  border-radius: 6px;
}
.runcfg-media .runcfg-legend {
  padding: 6px 10px;
}
.runcfg-media .runcfg-tools {
  margin-left: auto;
}
.runcfg-mod-one .runcfg-turn {
  display: none;
}
.runcfg-media-body {
  max-height: 420px;
  padding: 0 10px 10px;
  overflow: auto;
  overflow-wrap: anywhere;
}
.runcfg .runcfg-image {
  display: block;
  max-width: 100%;
  max-height: 400px;
  background: #fff;
}
.runcfg-table-frame {
  max-height: 400px;
  overflow: auto;
}
.runcfg .runcfg-table {
  margin: 0;
  border-collapse: collapse;
  font-size: 12px;
  line-height: 18px;
  table-layout: auto;
}
.runcfg .runcfg-table th,
.runcfg .runcfg-table td {
  max-width: 420px;
  padding: 2px 8px;
  overflow: hidden;
  border: 0;
  border-bottom: 1px solid var(--runcfg-line);
  background: none;
  color: var(--runcfg-text);
  text-align: left;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg .runcfg-table thead th {
  position: sticky;
  top: 0;
  background: var(--runcfg-surface);
}
.runcfg .runcfg-table .runcfg-number {
  font-variant-numeric: tabular-nums;
  text-align: right;
}
.runcfg .runcfg-sort {
  padding: 0;
  border: 0;
  background: none;
  font-weight: 600;
}
.runcfg ul.runcfg-files {
  margin: 0;
  padding: 4px 0;
  list-style: none;
}
.runcfg-file-row {
  display: flex;
  align-items: center;
  gap: 8px;
  min-width: 0;
  padding: 2px 0;
}
.runcfg-file-row > .runcfg-title {
  margin-right: auto;
  font-size: 12px;
}
.runcfg .runcfg-file-row .runcfg-file-name {
  min-width: 0;
  margin-right: auto;
  padding: 1px 4px;
  overflow: hidden;
  border-color: transparent;
  background: none;
  color: var(--runcfg-text);
  font-family: var(--jp-code-font-family, ui-monospace, monospace);
  text-align: left;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.runcfg-file-name::before {
  display: inline-block;
  width: 14px;
  color: var(--runcfg-muted);
  content: "▸";
}
.runcfg-file-name[aria-expanded=true]::before {
  content: "▾";
}
.runcfg-file-size {
  color: var(--runcfg-muted);
  font-size: 12px;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.runcfg-file-body {
  padding: 2px 0 8px 18px;
}
.runcfg-panel .runcfg-code {
  max-height: 360px;
}
.runcfg .runcfg-facts {
  display: grid;
  grid-template-columns: max-content minmax(0, 1fr);
  align-items: baseline;
  gap: 2px 14px;
  margin: 0 0 10px;
  font-size: 12px;
  line-height: 20px;
}
.runcfg .runcfg-facts dt {
  float: none;
  width: auto;
  color: var(--runcfg-muted);
  font-weight: 400;
}
.runcfg .runcfg-facts dd {
  display: flex;
  align-items: baseline;
  gap: 8px;
  margin: 0;
}
.runcfg-fact {
  min-width: 0;
  font-family: var(--jp-code-font-family, ui-monospace, monospace);
  overflow-wrap: anywhere;
}
@container (max-width: 460px) {
  .runcfg .runcfg-facts {
    grid-template-columns: minmax(0, 1fr);
  }
}
`,""]),e.d(n,{},{A:i})},17(r){r.exports=function(r){var n=[];return n.toString=function(){return this.map(function(n){var e="",t=void 0!==n[5];return n[4]&&(e+="@supports (".concat(n[4],") {")),n[2]&&(e+="@media ".concat(n[2]," {")),t&&(e+="@layer".concat(n[5].length>0?" ".concat(n[5]):""," {")),e+=r(n),t&&(e+="}"),n[2]&&(e+="}"),n[4]&&(e+="}"),e}).join("")},n.i=function(r,e,t,a,o){"string"==typeof r&&(r=[[null,r,void 0]]);var i={};if(t)for(var c=0;c<this.length;c++){var u=this[c][0];null!=u&&(i[u]=!0)}for(var f=0;f<r.length;f++){var g=[].concat(r[f]);t&&i[g[0]]||(void 0!==o&&(void 0===g[5]||(g[1]="@layer".concat(g[5].length>0?" ".concat(g[5]):""," {").concat(g[1],"}")),g[5]=o),e&&(g[2]&&(g[1]="@media ".concat(g[2]," {").concat(g[1],"}")),g[2]=e),a&&(g[4]?(g[1]="@supports (".concat(g[4],") {").concat(g[1],"}"),g[4]=a):g[4]="".concat(a)),n.push(g))}},n}},16(r){r.exports=function(r){return r[1]}},8(r,n,e){e.r(n);var t=e(9),a=e.n(t),o=e(10),i=e.n(o),c=e(11),u=e.n(c),f=e(12),g=e.n(f),s=e(13),l=e.n(s),p=e(14),d=e.n(p),x=e(15),b={};b.styleTagTransform=d(),b.setAttributes=g(),b.insert=u().bind(null,"head"),b.domAPI=i(),b.insertStyleElement=l(),a()(x.A,b);let m=x.A&&x.A.locals?x.A.locals:void 0;e.d(n,{},{default:m})},9(r){var n=[];function e(r){for(var e=-1,t=0;t<n.length;t++)if(n[t].identifier===r){e=t;break}return e}function t(r,t){for(var a={},o=[],i=0;i<r.length;i++){var c=r[i],u=t.base?c[0]+t.base:c[0],f=a[u]||0,g="".concat(u," ").concat(f);a[u]=f+1;var s=e(g),l={css:c[1],media:c[2],sourceMap:c[3],supports:c[4],layer:c[5]};if(-1!==s)n[s].references++,n[s].updater(l);else{var p=function(r,n){var e=n.domAPI(n);return e.update(r),function(n){n?(n.css!==r.css||n.media!==r.media||n.sourceMap!==r.sourceMap||n.supports!==r.supports||n.layer!==r.layer)&&e.update(r=n):e.remove()}}(l,t);t.byIndex=i,n.splice(i,0,{identifier:g,updater:p,references:1})}o.push(g)}return o}r.exports=function(r,a){var o=t(r=r||[],a=a||{});return function(r){r=r||[];for(var i=0;i<o.length;i++){var c=e(o[i]);n[c].references--}for(var u=t(r,a),f=0;f<o.length;f++){var g=e(o[f]);0===n[g].references&&(n[g].updater(),n.splice(g,1))}o=u}}},11(r){var n={};r.exports=function(r,e){var t=function(r){if(void 0===n[r]){var e=document.querySelector(r);if(window.HTMLIFrameElement&&e instanceof window.HTMLIFrameElement)try{e=e.contentDocument.head}catch(r){e=null}n[r]=e}return n[r]}(r);if(!t)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");t.appendChild(e)}},13(r){r.exports=function(r){var n=document.createElement("style");return r.setAttributes(n,r.attributes),r.insert(n,r.options),n}},12(r,n,e){r.exports=function(r){var n=e.nc;n&&r.setAttribute("nonce",n)}},10(r){r.exports=function(r){if("u"<typeof document)return{update:function(){},remove:function(){}};var n=r.insertStyleElement(r);return{update:function(e){var t,a,o;t="",e.supports&&(t+="@supports (".concat(e.supports,") {")),e.media&&(t+="@media ".concat(e.media," {")),(a=void 0!==e.layer)&&(t+="@layer".concat(e.layer.length>0?" ".concat(e.layer):""," {")),t+=e.css,a&&(t+="}"),e.media&&(t+="}"),e.supports&&(t+="}"),(o=e.sourceMap)&&"u">typeof btoa&&(t+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(o))))," */")),r.styleTagTransform(t,n,r.options)},remove:function(){var r;null===(r=n).parentNode||r.parentNode.removeChild(r)}}}},14(r){r.exports=function(r,n){if(n.styleSheet)n.styleSheet.cssText=r;else{for(;n.firstChild;)n.removeChild(n.firstChild);n.appendChild(document.createTextNode(r))}}}}]);