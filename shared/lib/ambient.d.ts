// The few web-standard and ES names that pure code may use and that no "lib" entry brings without the DOM.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

interface JSON {
  /** A JSON text that `stringify` prints as is (ES2025 "JSON.parse source text access"). */
  rawJSON(text: string): object;
  parse(text: string, reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown): unknown;
}
