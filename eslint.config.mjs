// Lint of the pages: unknown and unused names, and what the oldest browsers of the pages lack.
import js from "@eslint/js";
import compat from "eslint-plugin-compat";
import globals from "globals";

export default [
  { files: ["static_site/**/*.js"], ...js.configs.recommended },
  {
    files: ["static_site/**/*.js"],
    ...compat.configs["flat/recommended"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { ...globals.browser, EventCalendar: "readonly" } },
    rules: {
      ...compat.configs["flat/recommended"].rules,
      "no-unused-vars": ["error", { args: "after-used", ignoreRestSiblings: true, caughtErrors: "all" }],
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
