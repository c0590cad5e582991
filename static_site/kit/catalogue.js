/** What the API takes, as it says itself: the settings' fields with ranges, units and choices, and limits. */
import { siteFile } from "./api.js";

/** There once a page has started. */
export let catalogue = null;

export async function learnCatalogue() {
  catalogue = await siteFile("catalogue.json");
}
