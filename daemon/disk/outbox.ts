// Sends the thread's reports in order, one small parcel at a time: the next one leaves when the last one was taken in.

import { GROUPS_PER_MESSAGE, type Parcel, type Report } from "./observer-messages.ts";

/** Reports besides groups in one parcel. */
const REPORTS_PER_PARCEL = 100;

/** Reports on their way to the main thread. Without the waiting, a burst would be one long task over there. */
export class Outbox {
  readonly #post: (parcel: Parcel) => void;
  #queue: Report[] = [];
  #next = 0;
  #waiting = false;

  constructor(post: (parcel: Parcel) => void) {
    this.#post = post;
  }

  /** Queues a report. A long one is cut. */
  send(report: Report): void {
    if (report.kind === "changed") {
      for (let from = 0; from < report.groups.length; from += GROUPS_PER_MESSAGE) {
        this.#queue.push({ ...report, groups: report.groups.slice(from, from + GROUPS_PER_MESSAGE) });
      }
    } else if (report.kind === "gone") {
      for (let from = 0; from < report.groupKeys.length; from += GROUPS_PER_MESSAGE) {
        this.#queue.push({ ...report, groupKeys: report.groupKeys.slice(from, from + GROUPS_PER_MESSAGE) });
      }
    } else this.#queue.push(report);
    this.#flush();
  }

  /** The last parcel was taken in. */
  taken(): void {
    this.#waiting = false;
    this.#flush();
  }

  /** Takes back what is not sent yet of a source, except replies. */
  withdraw(sourceId: number): void {
    this.#queue = this.#queue.slice(this.#next).filter((report) => report.kind === "reply" || report.sourceId !== sourceId);
    this.#next = 0;
  }

  #flush(): void {
    if (this.#waiting || this.#next >= this.#queue.length) return;
    const reports: Report[] = [];
    let groups = 0;
    for (let report = this.#queue[this.#next]; report !== undefined; report = this.#queue[this.#next]) {
      const more = groupsIn(report);
      if (reports.length > 0 && (groups + more > GROUPS_PER_MESSAGE || reports.length >= REPORTS_PER_PARCEL)) break;
      reports.push(report);
      groups += more;
      this.#next++;
    }
    if (this.#next >= this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
    this.#waiting = true;
    this.#post({ reports });
  }
}

function groupsIn(report: Report): number {
  if (report.kind === "changed") return report.groups.length;
  return report.kind === "gone" ? report.groupKeys.length : 0;
}
