/** What the oldest browsers of package.json do not have, and why a page is right there all the same. */
const RIGHT_WITHOUT = {
  "css-container-queries": "an appointment with little room shows its kind too, cut off",
  "css-containment": "it only spares the browser work",
  "css-focus-visible": "the browser's own ring is seen instead",
  "css-has": "spaces: at a notice's button, and above a focused field of the settings",
  "css-resize": "a phone's text field keeps its height",
  "css-touch-action": "a double tap zooms",
  "extended-system-fonts": "another monospaced font of the list comes",
  "text-size-adjust": "only phones enlarge text by themselves, and they have it",
};

/** The layout is Prettier's: blank lines part groups, and rules go by component, not by how specific they are. */
const LAYOUT = [
  "rule-empty-line-before",
  "at-rule-empty-line-before",
  "comment-empty-line-before",
  "declaration-empty-line-before",
  "custom-property-empty-line-before",
  "no-descending-specificity",
];

export default {
  extends: ["stylelint-config-standard"],
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {
    ...Object.fromEntries(LAYOUT.map((rule) => [rule, null])),
    "import-notation": "string", // esbuild joins what is imported
    "media-feature-range-notation": "prefix", // ranges are younger than our oldest browsers
    "selector-class-pattern": "^[a-z][a-z\\d-]*(_[a-z]+)?$", // a status is written as the API has it: no_show
    "color-no-hex": true, // colours have names, in the tokens
    "function-disallowed-list": ["rgb", "hsl"],
    "plugin/no-unsupported-browser-features": [true, { ignore: Object.keys(RIGHT_WITHOUT), ignorePartialSupport: true }],
  },
  overrides: [{ files: ["**/tokens.css"], rules: { "color-no-hex": null, "function-disallowed-list": null } }],
};
