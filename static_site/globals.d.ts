/** The staff's calendar, which its own script puts beside the pages. */
declare const EventCalendar: any;
