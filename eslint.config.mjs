// Lint of the scripts: unknown and unused names, what grows too long, and what the oldest browsers of the pages lack.
import js from "@eslint/js";
import compat from "eslint-plugin-compat";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  "no-unused-vars": ["error", { args: "after-used", ignoreRestSiblings: true, caughtErrors: "all" }],
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": "error",
  "max-lines": ["error", 400],
  "max-lines-per-function": ["error", 60],
};

export default [
  {
    files: ["static_site/**/*.js"],
    ...compat.configs["flat/recommended"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "module",
      globals: { ...globals.browser, EventCalendar: "readonly", LANGUAGES_BUILT_IN: "readonly" },
    },
    rules: { ...compat.configs["flat/recommended"].rules, ...rules },
  },
  { files: ["infra/**/*.mjs", "tests/**/*.mjs", "*.mjs"], languageOptions: { globals: globals.node }, rules },
  { ignores: [".venv/", ".local/", "node_modules/", "**/node_modules/"] },
];
