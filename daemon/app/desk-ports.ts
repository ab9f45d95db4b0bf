// What can be asked about the bytes of a model: work for a thread beside the one that answers, with a deadline and a memory limit.

import type { ArtifactForm } from "../../shared/domain/registry-types.ts";
import type { ModelView, PredictionKind } from "../../shared/contract/model-operations.ts";

/** The parts of a version that tell of its model. */
export interface ModelParts {
  readonly document: Uint8Array;
  readonly pickle: Uint8Array | null;
  readonly golden: Uint8Array | null;
  readonly proof: Uint8Array | null;
}

/** A document as it was made for a release. */
export interface MadeDocument {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** The release whose layout it has. */
  readonly release: string;
  readonly notes: readonly string[];
  /** It is what was given: the release reads it as it is. */
  readonly isAsWritten: boolean;
}

/** Each question with what it takes and what it gives. Digests and labels are the asker's own business. */
export interface DeskQuestions {
  /** What a model is. */
  readonly describe: {
    readonly input: ModelParts & { readonly importance: number };
    readonly answer: Omit<ModelView, "line" | "version" | "document" | "sha256">;
  };
  readonly predict: {
    readonly input: {
      readonly document: Uint8Array;
      readonly rows: readonly (readonly (number | null)[])[];
      readonly kind: PredictionKind;
    };
    readonly answer: { readonly outputs: number; readonly values: (number | null)[][] };
  };
  /** For a client's release, with the same margins; refused where that cannot be. */
  readonly render: { readonly input: { readonly document: Uint8Array; readonly release: string }; readonly answer: MadeDocument };
  readonly convert: {
    readonly input: { readonly document: Uint8Array; readonly format: "json" | "ubj"; readonly release: string | undefined };
    readonly answer: MadeDocument;
  };
  /** Whether the model still gives the margins that were promised; `failure` is empty when it does. */
  readonly prove: { readonly input: Omit<ModelParts, "pickle">; readonly answer: { readonly failure: string } };
  /** What a model file is, by its content, after its structure was checked; nothing in it is run. */
  readonly structure: {
    readonly input: { readonly bytes: Uint8Array; readonly form: ArtifactForm | undefined };
    readonly answer: { readonly format: string };
  };
  /** Exact JSON text of what one file says. */
  readonly inspect: { readonly input: { readonly name: string; readonly bytes: Uint8Array }; readonly answer: { readonly text: string } };
}

export type DeskQuestion = keyof DeskQuestions;

/** `refused`: the bytes or the input do not allow it; `failed`: deadline, memory limit, or a bug that is in the log. */
export type DeskAnswer<Q extends DeskQuestion> =
  | { readonly outcome: "done"; readonly value: DeskQuestions[Q]["answer"] }
  | { readonly outcome: "refused" | "failed"; readonly reason: string };

/** Asks; never rejects. `about` names the model for the log. Bytes that fill their buffer are handed over: the asker has them no more. */
export interface ModelDesk {
  ask<Q extends DeskQuestion>(question: Q, input: DeskQuestions[Q]["input"], about: string): Promise<DeskAnswer<Q>>;
  [Symbol.asyncDispose](): Promise<void>;
}
