/** What customers type: the fields, and what is in them before. */

/** @typedef {typeof EMPTY} Values */

export const FIELDS = {
  last_name: { autocomplete: "family-name", maxlength: 60 },
  first_name: { autocomplete: "given-name", maxlength: 60 },
  email: { type: "email", autocomplete: "email", maxlength: 254, autocapitalize: "off", spellcheck: "false", dir: "ltr" },
  phone: { type: "tel", autocomplete: "tel", maxlength: 40, dir: "ltr" },
  visitor_last_name: { autocomplete: "off", maxlength: 60 },
  visitor_first_name: { autocomplete: "off", maxlength: 60 },
  message: { type: "textarea", maxlength: 1000, rows: 4 },
};

export const EMPTY = {
  .../** @type {Record<keyof typeof FIELDS, string>} */ (Object.fromEntries(Object.keys(FIELDS).map((name) => [name, ""]))),
  for_other: false,
  in_writing: false,
  remind: false,
  website: "",
  /** The kind that the answers are about; they stand beside, as `answers.<id>`. @type {string | null} */
  kind: null,
  held: "", // the address that looked mistyped when it was to be sent
};
