/**
 * From the settings as they stand on the page to the draft that the API previews. Nothing here touches the page.
 *
 * @typedef {import("./draft.js").Schemas} Schemas
 * @typedef {import("./draft.js").Draft} Draft
 */

/** @type {Record<string, Schemas["DraftAvailability"]["type"]>} */
const TYPES = { opens: "working_time", closes: "absence" }; // other types change no time that customers see

/**
 * The body of a preview: what customers would see of a resource for a kind, or of its plain hours without one.
 * @param {Draft} settings
 * @param {Schemas["ResourceBody"]} resource
 * @param {Schemas["TemplateBody"] | undefined} template
 * @param {string} from
 * @param {number} days
 * @returns {Schemas["PreviewRequest"]}
 */
export function previewBody(settings, resource, template, from, days) {
  const { zone, lead_hours, horizon_days, most_appointments_a_day, public_holidays: holidays } = settings.branch;
  return {
    ...{ from, days, zone, lead_hours, horizon_days, most_appointments_a_day, explain: true },
    ...resourceOf(settings, resource),
    ...(template && { template: templateOf(settings, template) }),
    ...(holidays && {
      holidays: {
        country: holidays.country,
        ...(holidays.subdivision && { subdivision: holidays.subdivision }),
        except: holidays.off,
        also: holidays.also,
      },
    }),
  };
}

/** @param {Draft} settings @param {Schemas["TemplateBody"]} template @returns {Schemas["DraftTemplate"]} */
function templateOf(settings, template) {
  const { id, duration, preparation, follow_up, lead_hours, horizon_days, most_a_day } = template;
  const beside = settings.resources.filter((each) => template.second.includes(each.id));
  const second = beside.map((each) => resourceOf(settings, each));
  return { id, duration, preparation, follow_up, second, lead_hours, horizon_days, most_a_day };
}

/**
 * The appointments that the branch has at the resource stand against the draft: the API knows them by its id.
 * @param {Draft} settings @param {Schemas["ResourceBody"]} resource @returns {Schemas["DraftResource"]}
 */
function resourceOf({ types, availabilities, exceptions }, { id, capacity }) {
  const typeOf = (named) => TYPES[types.find(({ id: type }) => type === named)?.effect];
  return {
    resource: id,
    capacity,
    availabilities: availabilities
      .filter((each) => each.resources.includes(id) && typeOf(each.type))
      .map(({ hours: { from, to, step, minimum_step }, type, ...when }) => ({
        ...{ from, to, step, minimum_step, type: typeOf(type), ...rhythmOf(when) },
      })),
    exceptions: exceptions
      .filter((each) => each.resource === id)
      .map(({ date, hours: windows, yearly }) => ({ date, windows, yearly })),
  };
}

/** When it returns. @param {Pick<Schemas["AvailabilityBody"], "weekdays" | "valid_from" | "valid_until" | "every_weeks" | "months">} when */
const rhythmOf = ({ weekdays, valid_from, valid_until, every_weeks, months }) => ({
  ...{ weekdays, valid_from, valid_until, every_weeks, months },
});
