// Writes renderings of the small models of every release into a folder, for XGBoost itself to load: see test/fixtures/make/check_renderings.py.
// Called as `node write-renderings.ts FOLDER READER…`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderFor, type DocumentFormat } from "../../../../../daemon/artifacts/xgboost/render/render-for.ts";
import { modelsOf, writers, type WrittenModel } from "./matrix.ts";

/** What a reader is to load, and what it must answer. Paths are relative to the folder; rows and margins are little-endian float32. */
export interface RenderingToCheck {
  readonly reader: string;
  readonly writer: string;
  readonly kind: string;
  readonly format: DocumentFormat;
  readonly document: string;
  readonly rows: string;
  readonly margins: string;
  readonly features: number;
  readonly notes: readonly string[];
}

const formats: readonly DocumentFormat[] = ["json", "ubj"];

/** Renders the models of all releases, or one in `share`, for each reader; returns the list that it also writes to `<folder>/renderings.json`. */
export function writeRenderings(folder: string, readers: readonly string[], share = 1): readonly RenderingToCheck[] {
  for (const reader of readers) mkdirSync(join(folder, reader), { recursive: true });
  const list = writers.flatMap((writer) =>
    modelsOf(writer, share).flatMap((written, number) => {
      const name = `${writer}-${number}-${written.kind}`;
      writeFileSync(join(folder, `${name}.rows`), written.rows);
      writeFileSync(join(folder, `${name}.margins`), written.margins);
      return readers.flatMap((reader) => writeDocuments(folder, name, written, reader));
    }),
  );
  writeFileSync(join(folder, "renderings.json"), JSON.stringify(list));
  return list;
}

function writeDocuments(folder: string, name: string, { writer, kind, model }: WrittenModel, reader: string): readonly RenderingToCheck[] {
  return formats.flatMap((format) => {
    const rendering = renderFor(model, reader, format);
    if (!rendering.ok) return [];
    const document = join(reader, `${name}.${format}`);
    writeFileSync(join(folder, document), rendering.document);
    const answers = { rows: `${name}.rows`, margins: `${name}.margins`, features: model.numFeature };
    return [{ reader, writer, kind, format, document, ...answers, notes: rendering.notes }];
  });
}

if (import.meta.filename === process.argv[1]) {
  const [folder = "", ...readers] = process.argv.slice(2);
  process.stdout.write(`${writeRenderings(folder, readers).length} renderings\n`);
}
