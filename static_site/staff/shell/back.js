/** The way back from an appointment to the customer from whose record it was opened: kept as ids, and by this tab alone. */
const PLACE = "terminwerk-back";

/** @param {string} appointment @param {string} customer */
export const leaveFor = (appointment, customer) => sessionStorage.setItem(PLACE, `${appointment} ${customer}`);

/** The address of the customer's record; null where the appointment was opened from elsewhere. @param {string} appointment */
export function wayBack(appointment) {
  const [left, customer] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
  return left === appointment && customer ? `customers.html#${customer}` : null;
}
