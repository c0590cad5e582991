/** Again as last time: the same kind, resource, person beside and customer, at a time that is sought. */
import { announce, announceError } from "../../kit/dialog.js";
import { t } from "../../kit/texts.js";
import { newAppointment } from "./making.js";

/**
 * @import { Given, Names, Planned, Schemas, Staff } from "./types"
 * @typedef {Schemas["PersonView"]} Person
 */

/** @param {Planned} planned @param {Person | null} customer */
const sameAs = ({ template, second, start, end }, customer) => ({
  template: template ?? "",
  second: second ?? "",
  minutes: (Date.parse(end) - Date.parse(start)) / 60_000,
  customer,
});

/**
 * As the last appointment of a customer was.
 * @param {Staff} staff @param {Names} names @param {Given} given @param {Pick<Person, "id">} person
 */
export async function again(staff, names, given, { id }) {
  try {
    const customer = await staff.api.get(`/customers/${id}`);
    const [last] = customer.appointments; // the latest first
    if (!last) announce(t("as_last_time_none"));
    const same = last ? sameAs(last, customer) : { customer };
    const { changed, date } = given;
    await newAppointment(staff, names, { changed, date, resource: last?.resource ?? given.resource }, same);
  } catch (error) {
    announceError(error);
  }
}

/** As an appointment is. @param {Staff} staff @param {Names} names @param {Given} given @param {string} id */
export async function likeThis(staff, names, given, id) {
  const { appointment, customer } = await staff.api.get(`/appointments/${id}`);
  await newAppointment(staff, names, { ...given, resource: appointment.resource }, sameAs(appointment, customer));
}

/** For a customer. @param {Staff} staff @param {Names} names @param {Given} given @param {string} id */
export async function forCustomer(staff, names, given, id) {
  await newAppointment(staff, names, given, { customer: await staff.api.get(`/customers/${id}`) });
}
