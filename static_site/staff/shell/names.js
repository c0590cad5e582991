/** What the staff's pages are called, and what they keep in this tab. */

export const PRODUCT = "Terminwerk";
export const BRANCH = "terminwerk-branch";

/** Kept where somebody has switched off what single letters do. */
export const SHORTCUTS_OFF = "terminwerk-shortcuts-off";
