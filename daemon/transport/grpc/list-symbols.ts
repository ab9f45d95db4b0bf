// ListSymbols: every group of a source, ready or not, in one answer.

import type { Output } from "../../../shared/contract/operations.ts";
import { oldMessage } from "./get-model.ts";
import type { UnaryWork } from "./calls.ts";
import type { ListSymbolsRequest } from "./messages.ts";

/** One page is encoded in about 2 ms. */
const PAGE = 1000;

/** Status OK whatever happens: an unknown source is `ok = false` with the reason and no symbols. */
export const listSymbols: UnaryWork<ListSymbolsRequest> = async (request, caller, door) => {
  try {
    const parts = [door.messages.symbolsFound()];
    let from: { readonly after?: string } | undefined = {};
    while (from !== undefined) {
      const page: Output<"group.list"> = await door.application.invoke(
        "group.list",
        { source: request.model_name, limit: PAGE, ...from },
        caller.context,
      );
      parts.push(door.messages.symbolsPart(page.items));
      from = page.next === null ? undefined : { after: page.next };
    }
    return Buffer.concat(parts);
  } catch (error) {
    return door.messages.symbolsRefused(oldMessage(door, error, "ListSymbols"));
  }
};
