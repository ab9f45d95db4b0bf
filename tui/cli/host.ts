// What a command gets from the process that runs it; tests hand in their own.

/** Where a command writes. Writing waits until the reader can take more. */
export interface TextOutput {
  readonly isTerminal: boolean;
  /** Cells of a line; undefined where there is no terminal. */
  readonly columns: number | undefined;
  write(chunk: string | Uint8Array): Promise<void>;
}

/** The process around a command. */
export interface CliHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** Undefined where the system has no numeric users. */
  readonly uid: number | undefined;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** True when a person can be asked: stdin and stderr are a terminal. */
  readonly canAsk: boolean;
  /** Asks on stderr and returns the line that was typed, or undefined at the end of input. */
  ask(question: string): Promise<string | undefined>;
  /** All of stdin, as text. */
  readInput(): Promise<string>;
  /** Aborts when the person or the system wants the command to end. */
  readonly signal: AbortSignal;
  /** The folder of the package: where proto/, dist/ and package.json are. */
  readonly packageRoot: string;
}
