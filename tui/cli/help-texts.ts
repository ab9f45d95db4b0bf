// Help from the operation table. Loaded only when somebody reads it: the table brings the schema library, which doubles the start-up time.

import type { OperationName } from "../../shared/contract/operations.ts";

/** Where descriptions come from. Unknown fields have none. */
export interface HelpTexts {
  summary(operation: OperationName): string;
  field(operation: OperationName, name: string): string;
}

/** Help that says nothing, for commands that only run. */
export const NO_HELP: HelpTexts = { summary: () => "", field: () => "" };

/** The operations' own words. */
export async function loadHelpTexts(): Promise<HelpTexts> {
  const { OPERATIONS } = await import("../../shared/contract/operations.ts");
  return {
    summary: (operation) => OPERATIONS[operation].summary,
    field(operation, name) {
      const fields: Readonly<Record<string, { readonly description?: string | undefined }>> = OPERATIONS[operation].input.shape;
      return fields[name]?.description ?? "";
    },
  };
}
