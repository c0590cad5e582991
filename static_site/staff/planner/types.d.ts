/** What the planner's modules hand one another. */
import type { Schemas } from "../../kit/wire";
import type { Staff } from "../shell/start.js";
import type { Names, Planned } from "../shell/words.js";

export type { Names, Planned, Schemas, Staff };
export type Detail = Schemas["DetailView"];
export type Hours = Schemas["HoursView"];
export type Tell = Schemas["Tell"];
export type Channel = Schemas["Channel"];

/** `changed`: what somebody else did meanwhile; null: given up. */
export type Outcome = { detail: Detail; changed?: string } | null;

/** Where something is to be made: walls where a time was pointed at, else `date`, the day on screen. `changed` is called once it is, with its day where that is to be seen. */
export type Given = { resource?: string; date?: string; start?: string; end?: string; changed: (day?: string) => void };

/** What a form for an appointment begins with: the kind ("" for none), who comes beside, and whom it is for. */
export type Begun = {
  template?: string;
  second?: string;
  minutes?: number;
  customer?: Schemas["PersonView"] | null;
  who?: ReturnType<typeof import("./who.js").whoField>;
};

/** Where an appointment is moved to; moments. */
export type Target = { start: string; end: string; resource: string; second?: string };

export type State = { date: string; view: string; resource: string; released: boolean; inbox: boolean };
export type Shown = State & { monday: string; appointments: Planned[]; hours: Hours[] };

/** A place of the planner that was pointed at: walls, and where in the window. */
export type Place = { resource: string; start: string; end?: string; x: number; y: number };

/** What a view does with what is pointed at. */
export type On = {
  move: (planned: Planned, to: Target, revert: () => void) => void;
  place: (place: Place) => void;
  day: (date: string) => void;
  resource: (id: string) => void;
};

/** What the page does for its menus, its keys and what is under the pointer. */
export type Desk = {
  staff: Staff;
  names: Names;
  /** The part of the page that shows appointments. */
  stage: HTMLElement;
  /** The appointments on screen, as buttons. */
  chips: () => HTMLElement[];
  find: (id: string) => Planned | undefined;
  /** When resources work or not, of the week on screen. */
  hours: () => Hours[];
  wasDragged: () => boolean;
  go: (change: Partial<State>) => Promise<void>;
  turn: (direction: number) => Promise<void>;
  toInbox: () => void;
  /** Whether appointments that were cancelled are shown too. */
  released: () => boolean;
  given: (place?: Partial<Place>) => Given;
  /** What a click at a place does. */
  point: (place: Place) => void;
  open: (id: string, outcome?: Outcome) => Promise<void>;
  act: (run: () => Promise<Outcome | void>) => Promise<Outcome>;
  print: () => void;
};
