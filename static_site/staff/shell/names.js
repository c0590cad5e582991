/** What the staff's pages are called, and what they keep in this tab. */

export const PRODUCT = "Terminwerk";
export const BRANCH = "terminwerk-branch";
