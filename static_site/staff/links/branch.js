/** The branch whose accesses are seen, and how they stand: the page begins with it, and all its modules take it from here. */
import { standing as standingOf } from "../shell/links.js";
import { start } from "../shell/start.js";

/**
 * @typedef {import("../../kit/wire").Schemas} Schemas
 * @typedef {Schemas["AccessSetting"]} Access
 */

export const staff = await start("accesses", { texts: "accesses" });
export const settings = await staff.settings();

/** @param {string} id */
export const employeeOf = (id) => settings.employees.find((each) => each.id === id);

/** @param {string} id */
export const resourceOf = (id) => settings.resources.find((each) => each.id === id);

/** Those of the first version have no label. @param {Access} access */
export const labelOf = ({ label, id }) => label || id;

/** @param {Access} access */
export const standing = (access) => standingOf(access, settings.employees);
