// The part of a change that concerns registrations, paper trading, gates and datasets.

import type { Catalog } from "./catalog.ts";
import type { CatalogChange, DatasetRecord, PaperRecord, PolicyRecord, RegistrationRecord } from "./ports.ts";

/** Collects records; `apply` makes memory what was committed. */
export class RegistryDraft {
  readonly #catalog: Catalog;
  readonly #registrations: RegistrationRecord[] = [];
  readonly #papers: PaperRecord[] = [];
  readonly #policies: PolicyRecord[] = [];
  readonly #datasets: DatasetRecord[] = [];
  #paperId: number;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    this.#paperId = catalog.lastPaperId;
  }

  /** What a registration says about a version that the same draft adds. */
  addRegistration(record: RegistrationRecord): void {
    this.#registrations.push(record);
  }

  /** A new record of paper trading. */
  openPaper(record: Omit<PaperRecord, "id">): PaperRecord {
    const paper = { ...record, id: ++this.#paperId };
    this.#papers.push(paper);
    return paper;
  }

  /** A known record with its stop. */
  closePaper(record: PaperRecord): void {
    this.#papers.push(record);
  }

  /** Ends the version's paper trading, if some is open; `at` is the daemon's time. Returns the closed record. */
  endPaper(versionId: number, at: bigint, by: string, evidence = ""): PaperRecord | undefined {
    const open = this.#catalog.papers.get(versionId);
    if (open === undefined) return undefined;
    const closed: PaperRecord = {
      ...open,
      // A clock that went back gives no hours, and no negative ones.
      stoppedAt: at > open.startedAt ? at : open.startedAt,
      stoppedBy: by,
      evidence: [open.evidence, evidence].filter((text) => text !== "").join("\n"),
    };
    this.closePaper(closed);
    return closed;
  }

  putPolicy(record: PolicyRecord): void {
    this.#policies.push(record);
  }

  putDataset(record: DatasetRecord): void {
    this.#datasets.push(record);
  }

  get isEmpty(): boolean {
    return [this.#registrations, this.#papers, this.#policies, this.#datasets].every((list) => list.length === 0);
  }

  /** What the store is to commit. */
  toChange(): Pick<CatalogChange, "registrations" | "papers" | "policies" | "datasets"> {
    return { registrations: this.#registrations, papers: this.#papers, policies: this.#policies, datasets: this.#datasets };
  }

  /** Makes memory what was committed. */
  apply(): void {
    const catalog = this.#catalog;
    catalog.lastPaperId = this.#paperId;
    for (const paper of this.#papers) catalog.putPaper(paper);
    for (const policy of this.#policies) catalog.putPolicy(policy);
    for (const dataset of this.#datasets) catalog.datasets.set(dataset.name, dataset);
  }
}
